# A framework on avmesos. See README.md beside this file.
import sys
import threading
from urllib.parse import urlparse

import requests
from avmesos.client import MesosClient

WANTED = 20
CPUS = 0.1
MEM = 32
REFUSE = {"filters": {"refuse_seconds": 0.5}}

# Seconds until a lost master is looked for again.
MesosClient.WAIT_TIME = 1


def say(event, detail=""):
    print(event, detail, flush=True)


class Framework:
    def __init__(self, name, fifo, masters):
        self.command = "cat '%s'" % fifo
        self.agents = {}
        self.launched = 0
        self.finished = 0
        self.most = 7
        self.asking = False
        self.driver = None
        self.ended = threading.Event()
        self.client = MesosClient(
            mesos_urls=[],
            frameworkName=name,
            frameworkUser="root",
            max_reconnect=1000,
        )
        self.masters = masters
        self.find_leader()
        self.client.set_failover_timeout(600)
        self.client.on(MesosClient.SUBSCRIBED, self.subscribed)
        self.client.on(MesosClient.OFFERS, self.offers)
        self.client.on(MesosClient.UPDATE, self.update)
        self.client.on(MesosClient.ERROR, lambda text: say("error", text))

    def follow_leader(self):
        """The client tries the addresses it has again and again, whether a leader is among them or not."""
        while not self.ended.wait(1):
            self.find_leader()

    def find_leader(self):
        """Before 1.0 a redirect names no path, and avmesos ends up at the web interface."""
        for master in self.masters:
            try:
                answer = requests.get(
                    "http://%s/redirect" % master, allow_redirects=False, timeout=5
                )
                leader = urlparse(answer.headers["Location"]).netloc
                self.client.mesos_urls = ["http://" + leader]
                return
            except (requests.exceptions.RequestException, KeyError):
                continue

    def subscribed(self, driver):
        self.driver = driver
        say("subscribed", self.client.frameworkId)

    def offers(self, offers):
        for offer in offers:
            agent = offer.get_offer()["agent_id"]["value"]
            there = sum(1 for other in self.agents.values() if other == agent)
            room = sum(
                resource["scalar"]["value"]
                for resource in offer.get_offer()["resources"]
                if resource["name"] == "cpus"
            )
            tasks = []
            while (
                there < self.most
                and len(self.agents) + self.finished < WANTED
                and room >= CPUS
            ):
                tasks.append(self.task(agent))
                there += 1
                room -= CPUS
            if tasks:
                offer.accept(tasks, REFUSE)
            else:
                offer.decline(REFUSE)

    def task(self, agent):
        self.launched += 1
        name = "task-%d" % self.launched
        self.agents[name] = agent
        return {
            "name": name,
            "task_id": {"value": name},
            "agent_id": {"value": agent},
            "command": {"value": self.command},
            "resources": [
                {"name": "cpus", "type": "SCALAR", "scalar": {"value": CPUS}},
                {"name": "mem", "type": "SCALAR", "scalar": {"value": MEM}},
            ],
        }

    def update(self, update):
        status = update["status"]
        name, state = status["task_id"]["value"], status["state"]
        if self.asking and status.get("reason") == "REASON_RECONCILIATION":
            say("reconciled", name)
        elif state == "TASK_RUNNING":
            say("running", "%s %s" % (name, status["agent_id"]["value"]))
        elif state == "TASK_LOST":
            if self.agents.pop(name, None) is not None:
                self.most = 10
                say("lost", name)
        elif state == "TASK_FINISHED":
            if self.agents.pop(name, None) is not None:
                self.finished += 1
                say("finished", name)
                if self.finished == WANTED:
                    self.driver.tearDown()
                    self.ended.set()
        elif state not in ("TASK_STAGING", "TASK_STARTING"):
            say("error", "%s %s %s" % (name, state, status.get("message", "")))

    def obey(self):
        for _ in sys.stdin:
            self.asking = True
            tasks = [
                {"task_id": {"value": name}, "agent_id": {"value": agent}}
                for name, agent in list(self.agents.items())
            ]
            self.driver.reconcile(tasks)

    def run(self):
        for work in (self.client.register, self.obey, self.follow_leader):
            threading.Thread(target=work, daemon=True).start()
        self.ended.wait()


Framework(sys.argv[1], sys.argv[2], sys.argv[3].split(",")).run()
