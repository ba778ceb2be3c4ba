"""What an application exposes beside its spec: each difference is told once, and nothing else is."""

from functools import cache

import pytest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics

from gw2mon.exposition import read
from gw2mon.finding import render_text
from gw2mon.verifying import Asked, Motion, differences, lines_of
from tests.spec_editing import SHOP
from tests.spec_editing import model_of as compiled
from tests.verifying.shop import as_declared, text_of, with_mistakes

model_of = cache(compiled)


def told(text, draft=SHOP, motion=None):
    """Code, severity and message of all findings."""
    model = model_of(draft)
    found = differences(model.services[0], model.stack, "shop", Asked(read(text), "metrics.txt", {}), motion)
    return sorted((item.code, item.severity, item.message) for item in found)


def placed(text, draft=SHOP, lines=None):
    model = model_of(draft)
    asked = Asked(read(text), "metrics.txt", lines or {})
    return {item.code: item for item in differences(model.services[0], model.stack, "shop", asked)}


RIGHT = text_of(as_declared())


def test_a_module_that_does_what_the_spec_says_is_left_in_peace():
    assert told(RIGHT) == []


def test_openmetrics_is_read_just_as_well():
    assert told(generate_openmetrics(as_declared()).decode()) == []


def test_what_client_libraries_and_frameworks_tell_of_themselves_need_not_be_declared():
    others = (
        '# TYPE python_info gauge\npython_info{version="3.11"} 1\n# TYPE process_cpu_seconds_total counter\n'
        "process_cpu_seconds_total 3\n# TYPE gunicorn_workers gauge\ngunicorn_workers 2\n"
    )
    assert told(RIGHT + others) == []


def test_each_mistake_of_a_module_is_told_once_and_nothing_else():
    not_set = "shop_backup_last_success_timestamp_seconds is not exposed, and alert BackupOld rests on it"
    no_bucket = "shop_payment_duration_seconds has no bucket 500ms"
    strange = 'shop_payment_duration_seconds has label payment with "bitcoin", outside the declared values'
    assert told(text_of(with_mistakes())) == [
        ("GW641", "warning", not_set),
        ("GW642", "warning", "shop_coupons_total is exposed and not declared"),
        ("GW643", "error", "shop_disk_used_ratio is exposed as a summary, and declared as a gauge"),
        ("GW644", "error", "shop_build_info is exposed without label version, which is declared"),
        ("GW644", "error", "shop_orders_total is exposed without label result, which is declared"),
        ("GW644", "warning", "shop_orders_total is exposed with label outcome, which is not declared"),
        ("GW645", "error", strange),
        ("GW645", "warning", "shop_searches_total has 25 values of label category, more than the limit of 20"),
        ("GW646", "error", f"{no_bucket}, and alert PaymentSlow and SLO payment-is-fast rest on it"),
        ("GW646", "warning", "shop_payment_duration_seconds has other buckets than declared: it has 400ms besides"),
    ]  # fmt: skip


def test_a_difference_stands_at_the_line_of_the_metric_and_says_what_to_do():
    found = placed(text_of(with_mistakes()))
    assert SHOP.text.splitlines()[found["GW646"].position.line - 1].strip() == "shop_payment_duration_seconds:"
    assert all(item.help for item in found.values())


def test_an_undeclared_metric_stands_at_its_line_of_the_file():
    text = RIGHT + "# HELP shop_coupons_total Coupons used\n# TYPE shop_coupons_total counter\nshop_coupons_total 3\n"
    position = placed(text, lines=lines_of(text))["GW642"].position
    assert text.splitlines()[position.line - 1].startswith("# HELP shop_coupons_total")


def test_of_an_endpoint_an_undeclared_metric_stands_at_the_service():
    assert placed(RIGHT + "shop_coupons_total 3\n")["GW642"].position.file == SHOP.file


def test_a_metric_of_a_group_that_the_job_does_not_expose_is_to_be_added_there():
    draft = SHOP.edited("exposes: [http, orders, jobs, about]", "exposes: [http, orders, jobs]")
    draft = draft.edited("exposes: [host]", "exposes: [host, about]")
    found = placed(RIGHT, draft)["GW642"]
    assert found.message == "shop_build_info is exposed and not declared"
    assert found.help == "add about to what job shop exposes"


def test_a_metric_under_a_slightly_other_name_is_recognised():
    found = placed(RIGHT.replace("shop_orders", "shop_order"))
    assert found["GW641"].message.startswith(
        "shop_orders_total is not exposed, and alert OrdersFail, SLO orders-succeed, panel"
    )
    assert found["GW641"].severity == "error"
    assert found["GW641"].help == "shop_order_total is exposed, which nobody declares: give both the same name"


def test_an_application_without_middleware_is_told_once():
    text = "\n".join(line for line in RIGHT.split("\n") if "http_" not in line)
    assert told(text) == [("GW641", "error", "nothing of the fastapi metrics is exposed")]


def test_the_gauge_of_an_alert_that_nobody_sets_is_told_and_other_gauges_are_not():
    text = "\n".join(line for line in RIGHT.split("\n") if "shop_queue" not in line and "shop_disk" not in line)
    assert [item[2] for item in told(text)] == ["shop_queue_length is not exposed, and alert QueueLong rests on it"]


def test_a_value_that_has_no_series_before_its_first_event_is_told_where_an_alert_needs_it():
    text = "\n".join(line for line in RIGHT.split("\n") if 'result="failed"' not in line)
    message = (
        'shop_orders_total has no series with result "failed", and alert OrdersFail and SLO orders-succeed rest on it'
    )
    assert told(text) == [("GW649", "warning", message)]


def test_a_counter_without_any_series_cannot_count_its_first_event():
    text = "\n".join(line for line in RIGHT.split("\n") if not line.startswith("shop_orders_total{"))
    assert told(text)[0][:2] == ("GW649", "error")


def test_values_that_the_generated_module_replaced_are_as_declared():
    assert told(RIGHT + 'shop_searches_total{category="other"} 2\n') == []


def test_the_process_of_each_worker_is_a_label_that_only_several_workers_have():
    text = RIGHT.replace('shop_queue_length{queue="letters"}', 'shop_queue_length{queue="letters",pid="7"}')
    assert [item[0] for item in told(text)] == ["GW644"]
    several = SHOP.edited("scrape-defaults:", "runtime: {workers: multi}\n\nscrape-defaults:")
    several = several._replace(text=several.text.replace("type: gauge\n", "type: gauge\n      multiprocess: liveall\n"))
    assert "GW644" not in [item[0] for item in told(text, several)]


def test_a_line_that_prometheus_would_refuse_is_told():
    message = "1 line of metrics.txt cannot be read, and Prometheus refuses a scrape for one of them"
    assert told(RIGHT + "shop_orders_total{payment=card} 1\n") == [("GW648", "error", message)]


def test_control_characters_in_values_do_not_reach_the_terminal():
    found = told(RIGHT + 'shop_orders_total{payment="\x1b[2J",result="paid"} 1\n')
    assert [item[0] for item in found] == ["GW645"]
    assert "\x1b" not in render_text(differences_of(RIGHT + 'shop_orders_total{payment="\x1b[2J",result="paid"} 1\n'))


def differences_of(text):
    model = model_of(SHOP)
    return list(differences(model.services[0], model.stack, "shop", Asked(read(text), "metrics.txt", {})))


# --- what nothing moves ----------------------------------------------------------------------------------------------


def test_what_was_counted_and_set_has_moved_and_the_rest_is_told_on_request():
    silent = RIGHT.replace('shop_searches_total{category="books"} 1.0', 'shop_searches_total{category="books"} 0.0')
    silent = silent.replace("shop_disk_used_ratio 0.4", "shop_disk_used_ratio 0.0")
    assert told(silent) == []
    assert told(RIGHT, motion=Motion(None, "")) == []
    assert told(silent, motion=Motion(None, "")) == [
        ("GW647", "warning", "shop_disk_used_ratio is 0 everywhere, as if nobody had set it"),
        ("GW647", "warning", "shop_searches_total never moved: nothing was counted so far"),
    ]


def test_between_two_scrapes_only_what_grew_has_moved():
    later = RIGHT.replace('{payment="card",result="paid"} 1.0', '{payment="card",result="paid"} 2.0')
    found = told(later, motion=Motion(read(RIGHT), "before.txt"))
    assert ("GW647", "warning", "shop_searches_total has not moved since before.txt") in found
    assert not [item for item in found if "shop_orders_total" in item[2]]


def test_the_function_that_would_move_a_metric_is_named():
    model = model_of(SHOP)
    idle = "\n".join(line for line in RIGHT.replace("} 1.0", "} 0.0").split("\n"))
    asked = Asked(read(idle), "metrics.txt", {})
    found = differences(model.services[0], model.stack, "shop", asked, Motion(None, ""))
    assert next(item.help for item in found if item.message.startswith("shop_orders_total")) == (
        "call track_order() where it happens, let the test go that way, or drop the metric"
    )


@pytest.mark.parametrize(
    "text", ["", "<html>", "\0\0", "{}", "a" * 10_000, '{"status": "success"}', "# TYPE\n#\n# HELP x"]
)
def test_whatever_is_answered_nothing_raises(text):
    told(text)
