"""The units on a real machine: Debian booted by systemd-nspawn, installed as docs/running.md says.

It takes two to three minutes, of which one is to make the Debian; $FEEDER_DEBIAN names a folder
that `mmdebstrap` (with PACKAGES of machine.py) has made before, to have it copied. As root only.
"""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from tests.systemd.documented import block, commands
from tests.systemd.machine import CLONE, OFFLINE, Machine

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SERVICE = "feeder.service"
STATE, PUBLIC = "/var/lib/feeder", "/var/lib/feeder/public"
FEED = f"{PUBLIC}/articles.atom"
TITLE = "A Clock That Tells Only the Tide"
MAIN = "/etc/feeder/feeder.toml"
ASK = """\
import sys, urllib.error, urllib.request
request = urllib.request.Request(sys.argv[1])
if sys.argv[2:]:
    request.add_header("Authorization", "Bearer " + sys.argv[2])
try:
    answer = urllib.request.urlopen(request, timeout=20)
except urllib.error.HTTPError as error:
    answer = error
print(answer.status)
print(answer.read().decode())
"""

ASK_AT_PATH = """\
import socket, sys
connection = socket.socket(socket.AF_UNIX)
connection.settimeout(20)
connection.connect(sys.argv[1])
connection.sendall(b"GET /articles.atom HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n")
print(connection.recv(1000).decode())
"""


def asked(machine: Machine, url: str, token: str = "") -> tuple[int, str]:
    """Status and body, as a client inside gets them."""
    status, _, body = machine.told(f"python3 -c '{ASK}' {url} {token}").partition("\n")
    return int(status), body


def restart(machine: Machine, unit: str = SERVICE) -> int:
    """Its new process, once it has said that it is ready."""
    machine.run(f"systemctl restart {unit}")
    return machine.main_pid(unit)


def wait_for_another(machine: Machine, before: int) -> int:
    """The service's next process, once it has said that it is ready."""

    def another() -> int:
        pid = machine.main_pid(SERVICE) if machine.is_active(SERVICE) else 0
        return pid if pid != before else 0

    return machine.wait_for(another, "the service is started again")


def wait_for_feed(machine: Machine, path: str = FEED) -> None:
    machine.wait_for(lambda: machine.run(f"test -s {path}", check=False).returncode == 0, path)


def test_the_ten_lines_end_with_a_service_that_runs_and_a_feed(
    machine: Machine, installed: str
) -> None:
    assert "articles" in installed
    assert machine.is_active(SERVICE)
    assert machine.shown(SERVICE, "NRestarts") == "0"
    assert "sources fresh" in machine.shown(SERVICE, "StatusText")
    wait_for_feed(machine)
    assert TITLE in machine.told(f"cat {FEED}")
    assert machine.told("systemctl list-units --failed --no-legend 'feeder*'") == ""


def test_a_web_server_gives_the_feeds_out_and_can_read_nothing_else(machine: Machine) -> None:
    wait_for_feed(machine)
    machine.run("rm -f /etc/nginx/sites-enabled/default")
    machine.run(commands("nginx"))
    machine.run("systemctl restart nginx")
    assert "[warn]" not in machine.run("nginx -t").stderr
    status, body = asked(machine, "http://127.0.0.1/articles.atom")
    assert status == 200
    assert body == machine.told(f"cat {FEED}")
    assert machine.as_user("www-data", f"cat {FEED}").returncode == 0
    closed = machine.told(
        f"find {STATE} -mindepth 1 -maxdepth 1 ! -name public ! -name state-id"
    ).split("\n")
    assert f"{STATE}/feeder.db" in closed
    opened = [p for p in closed if machine.as_user("www-data", f"test -r {p}").returncode == 0]
    assert opened == []
    assert machine.as_user("www-data", f"touch {PUBLIC}/mine").returncode != 0


def test_who_hangs_is_aborted_tells_where_and_is_started_again(machine: Machine) -> None:
    machine.drop_in(SERVICE, "[Service]\nWatchdogSec=3\nRestartSec=100ms")
    hung = restart(machine)
    machine.run(f"kill -STOP {hung}")
    new = wait_for_another(machine, hung)
    journal = machine.journal(f"--unit={SERVICE}", "--lines=200")
    assert "Watchdog timeout (limit 3s)" in journal
    assert "most recent call first" in journal  # faulthandler's stacks
    assert "run_service" in journal
    time.sleep(4)
    assert machine.main_pid(SERVICE) == new, "who ticks is left alone"


def test_a_reload_takes_a_new_source_over(machine: Machine) -> None:
    pid = machine.main_pid(SERVICE)
    machine.write("/srv/new/story.txt", "A bridge is open again\n\n" + "It was shut. " * 60)
    machine.write("/etc/feeder/sources/new.toml", 'kind = "files"\nroot = "/srv/new"\n')
    machine.run("systemctl reload feeder")
    assert machine.main_pid(SERVICE) == pid
    wait_for_feed(machine, f"{PUBLIC}/new.atom")


def test_a_reload_of_what_is_wrong_fails_and_the_service_goes_on(machine: Machine) -> None:
    pid = machine.main_pid(SERVICE)
    good = machine.told(f"cat {MAIN}")
    machine.run(f"echo 'evry = \"1h\"' >> {MAIN}")
    assert machine.run("systemctl reload feeder", check=False).returncode != 0
    assert "evry" in machine.journal(f"--unit={SERVICE}", "--lines=20")
    assert machine.is_active(SERVICE)
    assert machine.main_pid(SERVICE) == pid
    machine.write(MAIN, good)
    machine.run("systemctl reload feeder")
    assert machine.main_pid(SERVICE) == pid


def test_a_wrong_configuration_is_not_tried_again(machine: Machine) -> None:
    machine.drop_in(SERVICE, "[Service]\nRestartSec=100ms")
    machine.run(f"echo 'evry = \"1h\"' >> {MAIN}")
    assert machine.run(f"systemctl restart {SERVICE}", check=False).returncode != 0
    assert machine.shown(SERVICE, "ExecMainStatus") == "2"
    time.sleep(1)
    assert machine.shown(SERVICE, "ActiveState") == "failed"
    assert machine.shown(SERVICE, "NRestarts") == "0"


def test_the_first_request_at_the_socket_starts_the_service(machine: Machine) -> None:
    wait_for_feed(machine)
    machine.run(f"systemctl stop {SERVICE} && systemctl start feeder.socket")
    assert not machine.is_active(SERVICE)
    status, body = asked(machine, "http://127.0.0.1:8080/articles.atom")
    assert (status, TITLE in body) == (200, True)
    assert machine.is_active(SERVICE)


def test_requests_at_the_socket_wait_while_the_service_is_restarted(machine: Machine) -> None:
    wait_for_feed(machine)
    machine.run(f"systemctl stop {SERVICE} && systemctl start feeder.socket {SERVICE}")
    machine.run(f"systemctl restart --no-block {SERVICE}")
    assert asked(machine, "http://127.0.0.1:8080/articles.atom")[0] == 200


def test_a_socket_in_the_file_system_is_for_its_group_alone(machine: Machine) -> None:
    wait_for_feed(machine)
    unit = machine.told(f"cat {CLONE}/systemd/feeder.socket")
    proposed = re.findall(r"^# (\w+=\S+)$", unit, re.MULTILINE)
    assert len(proposed) == 3
    machine.run(f"systemctl stop {SERVICE}")
    machine.drop_in("feeder.socket", "\n".join(["[Socket]", "ListenStream=", *proposed]))
    machine.run("systemctl start feeder.socket")
    machine.write("/opt/ask.py", ASK_AT_PATH)
    by_group = machine.as_user("www-data", "python3 /opt/ask.py /run/feeder.sock")
    assert "200 OK" in by_group.stdout, by_group.stderr
    assert machine.is_active(SERVICE)
    assert machine.as_user("nobody", "python3 /opt/ask.py /run/feeder.sock").returncode != 0
    assert machine.run(f"python3 -c '{ASK}' http://127.0.0.1:8080/", check=False).returncode != 0


def test_the_timer_refreshes_what_is_due(machine: Machine) -> None:
    machine.run(f"systemctl stop {SERVICE}")
    machine.write(
        "/etc/feeder/sources/timed.toml", 'kind = "files"\nroot = "/srv/timed"\nevery = "1m"\n'
    )
    machine.write("/srv/timed/story.txt", "The clock strikes\n\n" + "It struck twelve. " * 60)
    machine.drop_in(
        "feeder-refresh.timer",
        "[Timer]\nOnCalendar=\nOnCalendar=*:*:0/2\nRandomizedDelaySec=0\nAccuracySec=100ms",
    )
    machine.run("systemctl start feeder-refresh.timer")
    wait_for_feed(machine, f"{PUBLIC}/timed.atom")
    machine.run("systemctl stop feeder-refresh.timer")
    machine.wait_for(
        lambda: machine.shown("feeder-refresh.service", "ActiveState") == "inactive", "it ends"
    )
    assert machine.shown("feeder-refresh.service", "Result") == "success"
    assert machine.run("test -e /var/lib/systemd/timers/stamp-feeder-refresh.timer")


def test_the_timer_and_commands_by_hand_work_beside_the_service(machine: Machine) -> None:
    wait_for_feed(machine)
    machine.run("systemctl start feeder-refresh.service")
    assert machine.shown("feeder-refresh.service", "Result") == "success"
    by_hand = machine.as_user("feeder", "feeder --config /etc/feeder refresh articles")
    assert by_hand.returncode == 0, by_hand.stderr
    told = machine.as_user("feeder", "feeder --config /etc/feeder status --json")
    assert json.loads(told.stdout)
    assert machine.shown(SERVICE, "NRestarts") == "0"


@pytest.fixture
def token(machine: Machine) -> str:
    """The token that the service asks for, told to it as docs/running.md says."""
    machine.run(commands("secret"))
    good = machine.told(f"cat {MAIN}")
    machine.write(MAIN, f"{good}\n{block('toml', 'token_file')}")
    restart(machine)
    return machine.told("cat /etc/feeder/secrets/token")


def test_secrets_reach_the_service_and_nobody_else(machine: Machine, token: str) -> None:
    path = "/run/credentials/feeder.service/secret_token"
    pid = machine.main_pid(SERVICE)
    assert machine.told(f"cat /proc/{pid}/root{path}") == token
    assert machine.as_user("feeder", f"cat {path}").stdout.strip() == token
    assert machine.as_user("feeder", f"touch {path}").returncode != 0
    for outsider in ("www-data", "nobody"):
        assert machine.as_user(outsider, f"cat {path}").returncode != 0
        assert machine.as_user(outsider, "ls /etc/feeder/secrets").returncode != 0
    assert machine.as_user("feeder", "cat /etc/feeder/secrets/token").returncode != 0
    assert token not in machine.journal()
    assert token not in machine.told(f"tr '\\0' '\\n' < /proc/{pid}/environ")


def test_status_pages_through_a_web_server_are_for_who_has_the_token(
    machine: Machine, token: str
) -> None:
    machine.run("rm -f /etc/nginx/sites-enabled/default")
    machine.run(commands("nginx"))
    conf = "/etc/nginx/conf.d/feeder.conf"
    printed = machine.told(f"cat {conf}").removesuffix("}")
    machine.write(conf, f"{printed}{block('nginx', 'proxy_pass')}}}\n")
    machine.run("nginx -t && systemctl restart nginx")
    for path in ("status/", "api/v1/sources"):
        assert "articles" not in asked(machine, f"http://127.0.0.1/{path}")[1]
        status, body = asked(machine, f"http://127.0.0.1/{path}", token)
        assert (status, "articles" in body) == (200, True)
    for path in ("metrics", "healthz"):
        assert asked(machine, f"http://127.0.0.1/{path}")[0] == 404
    assert asked(machine, "http://127.0.0.1:8080/healthz")[0] == 200


def test_private_networks_can_be_shut_off_and_the_service_goes_on(machine: Machine) -> None:
    machine.drop_in(SERVICE, block("ini", "IPAddressDeny"))
    restart(machine)
    assert "10.0.0.0/8" in machine.shown(SERVICE, "IPAddressDeny")
    assert asked(machine, "http://127.0.0.1:8080/healthz")[0] == 200


def test_kill_9_loses_nothing_and_changes_no_feed(machine: Machine) -> None:
    machine.drop_in(SERVICE, "[Service]\nRestartSec=100ms")
    restart(machine)
    wait_for_feed(machine)
    count = (
        "import sqlite3\n"
        f'c = sqlite3.connect("{STATE}/feeder.db")\n'
        'print(c.execute("PRAGMA integrity_check").fetchone()[0],'
        ' *c.execute("SELECT count(*), max(id) FROM entry").fetchone())'
    )
    feed = f"cat {FEED} | sha256sum; stat --format='%i %Y' {FEED}"
    before = machine.told(feed), machine.as_user("feeder", f"python3 -c '{count}'").stdout
    assert before[1].startswith("ok ")
    for _ in range(3):
        killed = machine.main_pid(SERVICE)
        machine.run(f"kill -KILL {killed}")
        wait_for_another(machine, killed)
    by_hand = machine.as_user("feeder", "feeder --config /etc/feeder refresh articles")
    assert by_hand.returncode == 0, by_hand.stderr
    after = machine.told(feed), machine.as_user("feeder", f"python3 -c '{count}'").stdout
    assert after == before


def test_it_stops_within_ten_seconds_and_says_that_all_went_well(machine: Machine) -> None:
    pid = restart(machine)
    began = time.monotonic()
    machine.run(f"systemctl stop {SERVICE}")
    assert time.monotonic() - began < 10
    assert machine.shown(SERVICE, "Result") == "success"
    assert machine.shown(SERVICE, "ExecMainStatus") == "0"
    assert machine.run(f"test -e /proc/{pid}", check=False).returncode != 0


def test_two_instances_keep_a_state_each(machine: Machine) -> None:
    machine.run(f"systemctl stop {SERVICE}")
    for number, name in enumerate(("one", "two")):
        folder = f"/etc/feeder/{name}"
        machine.write(f"{folder}/feeder.toml", f"[server]\nport = {8081 + number}\n")
        machine.write(f"{folder}/sources/{name}.toml", 'kind = "files"\nroot = "/srv/both"\n')
    machine.write("/srv/both/story.txt", "Both have it\n\n" + "It is told twice. " * 60)
    machine.run("systemctl start feeder@one feeder@two")
    for number, name in enumerate(("one", "two")):
        wait_for_feed(machine, f"{STATE}/{name}/public/{name}.atom")
        assert asked(machine, f"http://127.0.0.1:{8081 + number}/{name}.atom")[0] == 200
    machine.run(f"systemctl stop feeder@one feeder@two && rm -r {STATE}/one {STATE}/two")


def test_a_copy_brings_back_what_was_lost(machine: Machine) -> None:
    wait_for_feed(machine)
    feed = machine.told(f"cat {FEED} | sha256sum")
    machine.run(commands("backup"))
    listed = machine.told("tar -tzf /var/backups/feeder.tar.gz")
    assert "etc/feeder/feeder.toml" in listed
    assert "var/lib/feeder/public/articles.atom" in listed
    assert "var/lib/feeder/state-id" in listed
    machine.run(f"systemctl stop {SERVICE}")
    machine.run(f"rm -r {STATE} && tar -xzf /var/backups/feeder.tar.gz -C /")
    machine.run(commands("restore"))
    by_hand = machine.as_user("feeder", "feeder --config /etc/feeder refresh articles")
    assert by_hand.returncode == 0, by_hand.stderr
    assert machine.told(f"cat {FEED} | sha256sum") == feed
    # The copy knew of the service that ran when it was made, which can answer no more.
    machine.run("systemctl reload feeder")


def test_an_upgrade_changes_no_feed(machine: Machine) -> None:
    wait_for_feed(machine)
    feed = f"cat {FEED} | sha256sum; stat --format='%i %Y' {FEED}"
    before, pid = machine.told(feed), machine.main_pid(SERVICE)
    machine.run(f"cd {CLONE}\n{commands('upgrade')}", env=OFFLINE)
    assert machine.is_active(SERVICE)
    assert machine.main_pid(SERVICE) != pid
    by_hand = machine.as_user("feeder", "feeder --config /etc/feeder refresh articles")
    assert by_hand.returncode == 0, by_hand.stderr
    assert machine.told(feed) == before


def test_all_that_feeder_stands_on_works_within_the_walls_and_nothing_goes_beyond(
    machine: Machine,
) -> None:
    unit = machine.told(f"cat {CLONE}/systemd/feeder-refresh.service").split("\n")
    probe = "/opt/feeder/probe.py"
    begin = f"ExecStart=/opt/feeder/bin/python {probe}"
    lines = [begin if line.startswith("ExecStart=") else line for line in unit]
    machine.write("/run/systemd/system/feeder-probe.service", "\n".join(lines))
    machine.write(probe, (Path(__file__).parent / "probe.py").read_text(encoding="utf-8"))
    machine.run("touch /tmp/of-others && systemctl daemon-reload")
    machine.run("systemctl start feeder-probe.service")
    told = machine.journal("--unit=feeder-probe.service", "--output=cat")
    found = re.search("^faults: (.*)$", told, re.MULTILINE)
    assert found, told
    assert json.loads(found[1]) == {}
