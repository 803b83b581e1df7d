"""ComfyUI's routes: at ``/``, and under ``/api`` wherever our own API has nothing.

Only ``/api/models`` is both; there our own answer stays. The routes want no token on a loopback
address whose token nobody chose, since ComfyUI's clients know of none; Host and Origin are looked
at as ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.engine.web.app import ROUTES
from nodegraph.engine.web.comfy import info, prompts, queue, socket, upload, view
from nodegraph.engine.web.routes import Route

if TYPE_CHECKING:
    from nodegraph.engine.web.routes import Handler

HANDLERS: dict[tuple[str, str], Handler] = {
    ("GET", "/prompt"): prompts.get_prompt,
    ("POST", "/prompt"): prompts.post_prompt,
    ("GET", "/queue"): queue.get_queue,
    ("POST", "/queue"): queue.post_queue,
    ("POST", "/interrupt"): queue.interrupt,
    ("GET", "/history"): queue.get_history,
    ("POST", "/history"): queue.post_history,
    ("GET", "/history/{prompt_id}"): queue.get_history_of,
    ("GET", "/view"): view.view,
    ("POST", "/upload/image"): upload.upload_image,
    ("POST", "/upload/mask"): upload.upload_mask,
    ("GET", "/object_info"): info.get_classes,
    ("GET", "/object_info/{name}"): info.get_class,
    ("GET", "/models"): info.list_folders,
    ("GET", "/models/{folder}"): info.list_models,
    ("GET", "/embeddings"): info.list_embeddings,
    ("GET", "/features"): info.get_features,
    ("GET", "/system_stats"): info.get_system,
    ("POST", "/free"): info.free,
    ("GET", "/ws"): socket.watch,
}

OURS = {route.path for route in ROUTES}
COMFY: tuple[Route, ...] = tuple(
    Route(method, prefix + path, handler, 101 if path == "/ws" else 200, tokenless=True)
    for (method, path), handler in HANDLERS.items()
    for prefix in ("", "/api")
    if prefix + path not in OURS
)
