"""How the process is served: the lifespan, limits of requests, and the WebSocket protocol for uvicorn."""
