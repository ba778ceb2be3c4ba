"""The shop as an application: what it answers by, and how many orders it took."""

import os

from shop import metrics, web
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route


async def order(request):
    metrics.default.track_order(request.query_params["kind"], 0.25)
    return PlainTextResponse(str(os.getpid()))


app = Starlette(routes=[Route("/order", order)])
web.instrument(app)
metrics.default.initialize_app_info("1.2")
metrics.bind_db_up(lambda: True)
