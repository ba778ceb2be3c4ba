import time
from fastapi import FastAPI
from prometheus_fastapi_instrumentator import Instrumentator

from app import metrics
from app.metrics import DB_LATENCY, cache_requests, llm_latency, orders_created, orders_failed, queue_depth

app = FastAPI(title="orders")
Instrumentator(excluded_handlers=["/metrics", "/health"]).instrument(app).expose(app)
metrics.build.info({"version": "1.4.2"})


@app.post("/orders")
async def create(order: dict):
    start = time.perf_counter()
    try:
        with DB_LATENCY.labels(operation="insert").time():
            pass
        orders_created.labels(order["channel"], order["payment"]).inc()
        metrics.ORDER_VALUE.observe(order["value"])
    except Exception as error:
        orders_failed.labels(reason=type(error).__name__).inc()
        raise
    finally:
        metrics.cache_hit_rate.set(0.9)
        llm_latency.labels("small").observe(time.perf_counter() - start)
    return {"ok": True}


@app.get("/orders/{number}")
def read(number: int):
    cache_requests.labels(result="hit").inc()
    queue_depth.labels("mail").set(3)
    return {"number": number}
