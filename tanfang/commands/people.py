"""Accounts and keys."""

from __future__ import annotations

import typer

from domain.staff import Role
from tanfang.commands.common import console, opened, run, start

user_app = typer.Typer(help="Staff accounts.", no_args_is_help=True)
keys_app = typer.Typer(help="Keys that seal personal data.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    user_app.command("add")(user_add)
    app.add_typer(user_app, name="user")
    keys_app.command("rotate")(keys_rotate)
    app.add_typer(keys_app, name="keys")


def keys_rotate() -> None:
    """Add a key to the key file and seal all personal data with it. Example: tanfang keys rotate"""
    from models.seal import use_keys
    from tanfang.keys import add_key, key_path, load_keys
    from tanfang.rotation import seal_again

    settings = start()
    path = key_path(settings)

    async def work() -> int:
        async with opened(settings) as runtime:  # makes the first key where there is none
            add_key(path)
            use_keys(load_keys(settings))
            return await seal_again(runtime.steps)

    count = run(work())
    console.print(f"{count} values sealed with the new key of {path}; restart running processes now")


def user_add(
    username: str = typer.Argument(..., help="name to sign in with"),
    name: str = typer.Option(..., help="name shown to others"),
    role: Role = typer.Option(..., help="what the person does"),
    area: str = typer.Option(..., help="division-code prefix, for example 430111"),
    phone: str = typer.Option("", help="mobile number for warnings, +86…"),
    volunteer: str = typer.Option(
        "", help="id or mobile number of the same person as a volunteer: own visits are not reviewed"
    ),
    password: str = typer.Option(
        ..., prompt=True, hide_input=True, confirmation_prompt=True, help="asked for if not given"
    ),
) -> None:
    """Add a member of staff. Example: tanfang user add wang --name 王 --role reviewer --area 4301"""
    from services.errors import ServiceError
    from services.sign_in import create_staff

    settings = start()

    async def work() -> None:
        async with opened(settings) as runtime:
            await runtime.steps.run(
                "system",
                lambda step: create_staff(
                    step,
                    username=username,
                    display_name=name,
                    password=password,
                    role=role,
                    area=area,
                    phone=phone,
                    volunteer=volunteer,
                ),
            )

    try:
        run(work())
    except ServiceError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(2) from error
    console.print(f"added: {username}")
