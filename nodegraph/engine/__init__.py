"""The engine: a durable queue of jobs, a worker process a device, an HTTP server before them."""
