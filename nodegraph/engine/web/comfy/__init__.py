"""ComfyUI's HTTP and WebSocket API, for the programs that drive its server.

Its routes know the jobs that came as prompts, and let all others be.
"""
