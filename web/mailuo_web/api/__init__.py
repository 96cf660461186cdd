"""The HTTP API: one noun a module; `site` lists them, `openapi` describes them."""
