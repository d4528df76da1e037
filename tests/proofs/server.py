"""A server that speaks MongoDB's wire protocol, and the shop in it that the examples work on."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import pytest
from bson import ObjectId
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure

DELAY = 0.25
"""Seconds by which a slow server holds back each answer."""

SLOWED = ["aggregate", "count", "delete", "distinct", "find", "findAndModify", "getMore", "insert", "ping", "update"]

ADA, ALAN = "ada@example.org", "alan@example.org"
ADA_ID = ObjectId("65f0c0ffee65f0c0ffee65f0")

Shop = Database[dict[str, Any]]


@dataclass(frozen=True)
class Server:
    """Where the examples' data live."""

    client: MongoClient[dict[str, Any]]

    @property
    def address(self) -> str:
        host, port = self.client.address or ("", 0)
        return f"mongodb://{host}:{port}"

    @property
    def offers(self) -> set[str]:
        """What it has of that which examples may need."""
        return {"a replica set"} if "setName" in self.client.admin.command("hello") else set()

    def stocked(self) -> Shop:
        """The shop as every example finds it; `Example` says what is in it."""
        self.client.drop_database("shop")
        shop = self.client["shop"]
        shop.create_collection("events")  # now, since one that is made beside a transaction waits for its end
        shop["users"].insert_one({"_id": ADA_ID, "name": "Ada", "email": ADA, "city": "London"})
        shop["users"].insert_one({"name": "Alan", "email": ALAN, "city": "Manchester"})
        shop["orders"].insert_many([{"email": ADA, "total": total, "paid": False} for total in (40, 2)])
        return shop

    @contextmanager
    def slow(self) -> Iterator[None]:
        """Every answer takes a while."""
        data = {"failCommands": SLOWED, "blockConnection": True, "blockTimeMS": int(DELAY * 1000)}
        try:
            self.client.admin.command("configureFailPoint", "failCommand", mode="alwaysOn", data=data)
        except OperationFailure:
            pytest.skip("this server can't be slowed down: mongod needs `--setParameter enableTestCommands=1` for it")
        try:
            yield
        finally:
            self.client.admin.command("configureFailPoint", "failCommand", mode="off")


@contextmanager
def own_address() -> Iterator[str]:
    """The address of a server that is started for the tests, in a process of its own, on a port that was free."""
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    with tempfile.TemporaryDirectory() as storage:
        process = processes.Process(target=_serve, args=(theirs, storage), daemon=True)
        process.start()
        theirs.close()
        try:
            yield ours.recv()
        finally:
            process.kill()
            process.join()


def _serve(answer: Connection, storage: str) -> None:
    from secantus import SecantusDBServer

    with SecantusDBServer(storage_path=storage, cache_size="64M") as server:
        answer.send(server.uri)
        answer.poll(None)
