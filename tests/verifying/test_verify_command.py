"""`gw2mon verify` as people meet it: what it prints, and how it exits."""

import json

import pytest

from tests.spec_editing import STOCK
from tests.verifying.shop import as_declared, text_of, with_mistakes

CLEAN, FOUND, REFUSED = 0, 1, 2
RIGHT, WRONG = text_of(as_declared()), text_of(with_mistakes())


def test_a_file_that_is_as_the_spec_says_is_clean(desk):
    desk.write("metrics.txt", RIGHT)
    done = desk.run("verify", "--metrics", "metrics.txt")
    assert done == (CLEAN, "", "metrics.txt: as the specs say\n")


def test_errors_fail_and_are_counted(desk):
    desk.write("metrics.txt", WRONG)
    done = desk.run("verify", "--metrics", "metrics.txt")
    assert done.status == FOUND
    assert done.stderr == "metrics.txt: 5 errors, 5 warnings\n"
    assert "specs/shop.yaml:34:5 GW646 shop_payment_duration_seconds has no bucket 500ms" in done.stdout


def test_warnings_fail_only_if_that_is_asked_for(desk):
    desk.write("metrics.txt", RIGHT + "shop_coupons_total 3\n")
    assert desk.run("verify", "--metrics", "metrics.txt").status == CLEAN
    assert desk.run("verify", "--metrics", "metrics.txt", "--strict").status == FOUND


@pytest.mark.parametrize("form", ["json", "github", "sarif"])
def test_programs_get_their_forms_and_nothing_else_on_standard_output(desk, form):
    desk.write("metrics.txt", WRONG)
    done = desk.run("verify", "--metrics", "metrics.txt", "--format", form)
    assert done.status == FOUND
    if form == "github":
        assert all(line.startswith("::") for line in done.stdout.splitlines())
    else:
        assert json.loads(done.stdout)


def test_what_has_not_moved_since_an_earlier_look_is_told(desk):
    desk.write("then.txt", RIGHT)
    desk.write("now.txt", RIGHT.replace('{payment="card",result="paid"} 1.0', '{payment="card",result="paid"} 2.0'))
    done = desk.run("verify", "--metrics", "now.txt", "--before", "then.txt")
    assert "shop_searches_total has not moved since then.txt" in done.stdout
    assert "shop_orders_total" not in done.stdout
    assert done.status == CLEAN


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "there is nothing to verify"),
        (("--app", "app:app", "--metrics", "metrics.txt"), "--app and --metrics are the same service twice"),
        (("--moved", "--prometheus", "http://127.0.0.1:1"), "--moved and --before look at what a service exposes"),
        (("--metrics", "metrics.txt", "--service", "shp"), "there is no service shp"),
        (("--metrics", "metrics.txt", "--job", "web"), "shop has no job web"),
        (("--metrics", "nowhere.txt"), "nowhere.txt"),
        (("--app", "app"), "app names no application"),
        (("--app", "os;system:app"), "os;system:app names no application"),
        (("--prometheus", "http://127.0.0.1:1", "--token-file", "empty"), "empty holds no token"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(desk, arguments, said):
    desk.write("metrics.txt", RIGHT)
    desk.write("empty", "\n")
    done = desk.run("verify", *arguments)
    assert done.status == REFUSED
    assert said in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("text", ["", "<html><body>Not found</body></html>", "{}"])
def test_a_page_without_metrics_could_not_be_compared(desk, text):
    desk.write("metrics.txt", text)
    done = desk.run("verify", "--metrics", "metrics.txt")
    assert done.status == REFUSED
    assert done.stdout == (
        "GW648 metrics.txt holds no metrics\n  help: is it the page that Prometheus scrapes, such as /metrics?\n"
    )


def test_an_address_that_does_not_answer_could_not_be_compared(desk):
    done = desk.run("verify", "--metrics", "http://127.0.0.1:1/metrics", "--format", "json")
    assert done.status == REFUSED
    assert [item["code"] for item in json.loads(done.stdout)] == ["GW648"]


def test_of_several_services_one_is_to_be_named(desk):
    desk.write("specs/stock.yaml", STOCK.text)
    desk.write("metrics.txt", RIGHT)
    done = desk.run("verify", "--metrics", "metrics.txt")
    assert done.status == REFUSED
    assert "say which: --service, one of shop, stock" in done.stderr
    assert desk.run("verify", "--metrics", "metrics.txt", "--service", "shop").status == CLEAN


def test_a_spec_with_errors_is_no_measure(desk):
    desk.write("metrics.txt", RIGHT)
    text = (desk.folder / "specs/shop.yaml").read_text()
    desk.write("specs/shop.yaml", text.replace("bad-share-of: orders\n", "bad-share-of: order\n"))
    done = desk.run("verify", "--metrics", "metrics.txt")
    assert done.status == FOUND
    assert "nothing compared, for the specs have errors" in done.stderr


def test_an_exporter_is_compared_with_its_own_job(desk):
    desk.write("metrics.txt", "# TYPE node_load1 gauge\nnode_load1 0.5\n")
    done = desk.run("verify", "--metrics", "metrics.txt", "--job", "host")
    assert "node_filesystem_avail_bytes is not exposed, and alert HostFull rests on it" in done.stdout
    assert done.status == FOUND


@pytest.mark.parametrize(("until", "count"), [("2999-01-01", 0), ("2020-01-01", 1)])
def test_a_suppression_in_the_spec_covers_what_it_names_until_its_day(desk, until, count):
    text = (desk.folder / "specs/shop.yaml").read_text()
    entry = f"{{code: GW649, at: metrics.orders.shop_orders_total, reason: soon, until: {until}}}"
    desk.write("specs/shop.yaml", f"{text}suppress:\n  - {entry}\n")
    desk.write("metrics.txt", "\n".join(line for line in RIGHT.split("\n") if 'result="failed"' not in line))
    assert desk.run("verify", "--metrics", "metrics.txt").codes == ["GW649"] * count


def test_application_and_prometheus_are_compared_in_one_run(desk):
    desk.write("metrics.txt", RIGHT + "shop_coupons_total 3\n")
    done = desk.run("verify", "--metrics", "metrics.txt", "--prometheus", "http://127.0.0.1:1")
    assert done.status == REFUSED
    assert done.codes == ["GW642", "GW651"]
    assert done.stderr == "metrics.txt and http://127.0.0.1:1: 1 error, 1 warning\n"
