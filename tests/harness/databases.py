"""Databases cloned from templates, with their files, and dropped after use."""

import os
import re
import shutil
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import psycopg2
import psycopg2.errors
from psycopg2 import sql

from .settings import rc_options

_number = count(1)


def connect(database="postgres"):
    """A connection of our own, outside Odoo's pool, in autocommit mode."""
    options = rc_options()
    keys = {"db_host": "host", "db_port": "port", "db_user": "user", "db_password": "password"}
    # "False" is Odoo's way of writing that an option is not set
    given = {
        argument: options[key]
        for key, argument in keys.items()
        if options.get(key) not in (None, "", "False", "None")
    }
    connection = psycopg2.connect(dbname=database, **given)
    connection.autocommit = True
    return connection


def query(database, statement, parameters=None):
    """The rows of one statement."""
    with closing(connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def exists(database):
    return bool(query("postgres", "SELECT 1 FROM pg_database WHERE datname = %s", [database]))


def filestore(database):
    return Path(rc_options()["data_dir"]) / "filestore" / database


def _release(database):
    """Close Odoo's own idle connections: a template must have none."""
    import odoo.sql_db

    odoo.sql_db.close_db(database)


def drop(database):
    _release(database)
    statement = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(database))
    try:
        query("postgres", statement + sql.SQL(" WITH (FORCE)"))
    except psycopg2.errors.InsufficientPrivilege:
        # The server is cleaning up in there: not ours to interrupt, but a plain drop asks it to.
        query("postgres", statement)
    shutil.rmtree(filestore(database), ignore_errors=True)


def create(database):
    """An empty database, as Odoo makes them."""
    query(
        "postgres",
        sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'unicode' LC_COLLATE 'C'").format(
            sql.Identifier(database)
        ),
    )


def clone(template, database):
    """Copy a database and its files (hard links: files of the store are never rewritten)."""
    _release(template)
    drop(database)
    query(
        "postgres",
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(database), sql.Identifier(template)
        ),
    )
    if filestore(template).exists():
        shutil.copytree(filestore(template), filestore(database), copy_function=os.link)


def rename(database, name):
    _release(database)
    query(
        "postgres",
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
            sql.Identifier(database), sql.Identifier(name)
        ),
    )
    shutil.rmtree(filestore(name), ignore_errors=True)
    if filestore(database).exists():
        filestore(database).rename(filestore(name))


def fresh_name(label):
    """A database name that no other test of this machine uses."""
    return f"tl_t{os.getpid()}_{next(_number)}_{re.sub(r'[^a-z0-9]+', '_', label.lower())}"[:63]


@contextmanager
def cloned(template, label):
    """A clone that lives as long as the block."""
    name = fresh_name(label)
    clone(template, name)
    try:
        yield name
    finally:
        drop(name)


@contextmanager
def scratch(label):
    """A new empty database, dropped after use."""
    name = fresh_name(label)
    create(name)
    try:
        yield name
    finally:
        drop(name)


@contextmanager
def cached(prefix, key, build):
    """The template `prefix + key`, built by `build(database)` when it is not there yet.

    Others with the same prefix are of older code: they are dropped.
    """
    name = f"{prefix}{key}"
    if not exists(name):
        for (old,) in query(
            "postgres", "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]
        ):
            drop(old)
        building = f"{name}_building"
        drop(building)
        try:
            build(building)
        except BaseException:
            drop(building)
            raise
        rename(building, name)
    yield name
