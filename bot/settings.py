"""Every setting, with its default and what it is for. The only reader of the environment (and of a `.env` file)."""

import os
import re
from difflib import get_close_matches
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableSetting

from bot.addresses import checked
from storage.budget import parse_limits

TEST = "ENTRAIN_TEST_"
LONGEST_KEPT = 3650
"""Days."""
"""What tests read for themselves."""


class SettingsError(Exception):
    """A setting is wrong or missing; the message names it and says what to do, in one line."""


class Settings(BaseSettings):
    """Read from variables named `ENTRAIN_<FIELD>`; a wrong one stops the start."""

    model_config = SettingsConfigDict(
        env_prefix="ENTRAIN_",
        env_file=".env",
        extra="ignore",
        frozen=True,
        str_strip_whitespace=True,
        validate_default=True,
    )

    data_dir: Path = Field(Path("var"), description="Folder for what the bot keeps beside the database.")
    database_url: SecretStr = Field(
        SecretStr(""),
        description="SQLAlchemy URL; empty means an SQLite file `entrain.db` in the data folder.",
    )
    encryption_keys: SecretStr = Field(
        SecretStr(""),
        description="`id:base64` AES-256 keys, comma-separated, the first one seals; `entrain keys new` makes one. "
        "Required once Slack or Teams is configured; the playground alone keeps its own in the data folder.",
    )

    content_dir: Path | None = Field(
        None,
        description="Folder of the organisation's own content: interview scripts in `scripts/*.yaml`, words of nudges in "
        "`packs/*.yaml`, routines in `routines/*.yaml`, beside the shipped ones or, by the same key, instead of them "
        "([content.md](content.md)).",
    )

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(3978, ge=1, le=65535, description="Port to listen on.")
    public_url: str = Field(
        "", description="The https address under which people and platforms reach the bot."
    )

    playground: bool | None = Field(
        None,
        description="The local playground, which asks for no password: on when no platform is configured and `host` is "
        "a loopback address, else off; `true` or `false` decides.",
    )
    demo: bool = Field(False, description="Load the demo organisation into the playground at the start.")

    slack_bot_token: SecretStr = Field(SecretStr(""), description="Slack bot token, `xoxb-…`.")
    slack_signing_secret: SecretStr = Field(
        SecretStr(""), description="Slack signing secret, for signed HTTP."
    )
    slack_app_token: SecretStr = Field(
        SecretStr(""), description="Slack app token, `xapp-…`, for Socket Mode."
    )
    slack_api_url: str = Field(
        "https://slack.com/api/", description="Slack's Web API; another one only for emulators."
    )

    teams_app_id: str = Field("", description="Microsoft app id of the bot.")
    teams_app_secret: SecretStr = Field(SecretStr(""), description="Client secret of the Microsoft app.")
    teams_tenant_id: str = Field("", description="Tenant that the bot belongs to.")
    teams_service_hosts: tuple[str, ...] = Field(
        ("smba.trafficmanager.net",), description="Exact hosts that the bot may call back, as a JSON list."
    )
    teams_openid_metadata_url: str = Field(
        "https://login.botframework.com/v1/.well-known/openidconfiguration",
        description="Where the keys that sign Teams' requests are found.",
    )
    teams_login_url: str = Field(
        "https://login.microsoftonline.com", description="Where the bot gets its own tokens."
    )
    teams_development: bool = Field(
        False,
        description="Accept unauthenticated requests from a Teams emulator on this machine; refused unless `host` is "
        "a loopback address and no app id is set.",
    )

    slack_posts_per_minute: int = Field(
        525, ge=0, description="Messages a minute to one Slack workspace; 0: no limit of ours."
    )
    slack_opens_per_minute: int = Field(
        50, ge=0, description="First contacts a minute in one workspace (`conversations.open`, tier 3)."
    )
    slack_updates_per_minute: int = Field(
        50, ge=0, description="Messages replaced a minute in one workspace (`chat.update`, tier 3)."
    )
    slack_lookups_per_minute: int = Field(
        50,
        ge=0,
        description="Searches a minute for messages that may not have arrived (`conversations.history`, tier 3); 1 for "
        "commercial apps outside the Marketplace.",
    )
    slack_conversation_limits: str = Field(
        "1/1",
        description="Messages to one person, as count/seconds pairs, comma-separated; empty: no limit of ours.",
    )
    teams_posts_per_second: int = Field(
        50, ge=0, description="Calls a second for one Teams tenant; 0: no limit of ours."
    )
    teams_conversation_limits: str = Field(
        "7/1,8/2,60/30,1800/3600", description="The same as for Slack, as Microsoft documents it."
    )

    llm_url: str = Field(
        "",
        description="Base address of an OpenAI-compatible API (`…/v1`) for a second opinion on answers; empty: none.",
    )
    llm_model: str = Field("", description="Name of the model to ask there.")
    llm_key: SecretStr = Field(SecretStr(""), description="Key of that API, where it needs one.")
    llm_seconds: float = Field(
        4.0, gt=0, le=10, description="How long it may take; then our own reader decides alone."
    )

    log_level: str = Field("info", description="debug, info, warning or error.")
    log_json: bool = Field(False, description="One JSON object a line instead of readable text.")
    tick_seconds: float = Field(5.0, gt=0, le=3600, description="How often due things are looked for.")
    inbox_attempts: int = Field(5, ge=1, le=100, description="Tries before an event is set aside as poison.")
    inbox_keep_days: int = Field(
        30,
        ge=1,
        le=LONGEST_KEPT,
        description="How long handled events are kept; what platforms deliver again is known by them.",
    )
    outbox_keep_days: int = Field(
        90,
        ge=70,
        le=LONGEST_KEPT,
        description="How long messages that are over are kept; the pace of coaching looks back nine weeks.",
    )
    keep_words_days: int = Field(
        180, ge=1, description="How long what was said in an interview is kept once it is over."
    )
    keep_answers_days: int = Field(
        730, ge=90, description="How long what an interview found is kept; at least as long as its words."
    )
    keep_coaching_days: int = Field(
        365,
        ge=90,
        description="How long nudges, ended routines, absences and mended obstacles are kept; nudges and routines, where "
        "their project has an end, for so long after it.",
    )
    keep_stories_days: int = Field(
        90, ge=1, description="How long a testimonial is kept once it is no longer shown."
    )
    keep_gone_people_days: int = Field(
        90, ge=30, description="How long people are kept whose account is gone, or who are in no project."
    )
    keep_audit_days: int = Field(
        1095,
        ge=90,
        description="How long entries of the audit log are kept; `entrain audit verify` proves those that are left.",
    )
    keep_purge_log_days: int = Field(
        1095, ge=30, description="How long it is kept what was deleted when, in numbers of rows."
    )
    send_lease_seconds: float = Field(
        60.0, gt=1, description="How long a worker may hold a message it is sending."
    )
    send_settle_seconds: float = Field(
        30.0,
        ge=0,
        description="How long a request without an answer may still be carried out: only then is it looked up. At least "
        "the time that a call to a platform may take, and less than the lease.",
    )

    metrics_token: SecretStr = Field(
        SecretStr(""),
        description="Whoever asks for `/metrics` sends it as `Authorization: Bearer …`; empty: only this machine may "
        "ask, and not through a proxy.",
    )
    teams_key_hosts: tuple[str, ...] = Field(
        ("login.botframework.com",),
        description="Exact hosts from which the keys that sign Teams' requests may be fetched, beside that of "
        "ENTRAIN_TEAMS_OPENID_METADATA_URL, as a JSON list.",
    )
    trusted_proxies: tuple[str, ...] = Field(
        (),
        description="Addresses of proxies whose `X-Forwarded-For` is believed when requests are counted, as a JSON list.",
    )

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.lower() not in {"debug", "info", "warning", "error"}:
            raise ValueError("must be debug, info, warning or error")
        return value.lower()

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not value.get_secret_value().startswith("xoxb-"):
            raise ValueError("does not look like a bot token; it begins with xoxb-")
        return value

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not value.get_secret_value().startswith("xapp-"):
            raise ValueError("does not look like an app token; it begins with xapp-")
        return value

    @field_validator("slack_api_url", "teams_login_url", "teams_openid_metadata_url")
    @classmethod
    def _address(cls, value: str) -> str:
        checked(value)
        return value

    @field_validator("llm_url")
    @classmethod
    def _where_words_travel(cls, value: str) -> str:
        if value:
            checked(value)
        return value

    @field_validator("slack_conversation_limits", "teams_conversation_limits")
    @classmethod
    def _limits(cls, value: str) -> str:
        parse_limits(value)
        return value

    @field_validator("data_dir")
    @classmethod
    def _folder(cls, value: Path) -> Path:
        try:
            value.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ValueError(
                f"this folder cannot be made ({error.strerror}); name one that can be written to"
            ) from None
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.slack and not (
            self.slack_signing_secret.get_secret_value() or self.slack_app_token.get_secret_value()
        ):
            raise ValueError(
                "ENTRAIN_SLACK_SIGNING_SECRET: set it for signed HTTP, or ENTRAIN_SLACK_APP_TOKEN for Socket Mode"
            )
        if not self.slack and (
            self.slack_signing_secret.get_secret_value() or self.slack_app_token.get_secret_value()
        ):
            raise ValueError(
                "ENTRAIN_SLACK_BOT_TOKEN: is missing; copy it from the Slack app's “Install app” page"
            )
        if self.teams_app_id and not self.teams_app_secret.get_secret_value():
            raise ValueError(
                "ENTRAIN_TEAMS_APP_SECRET: is missing; make a client secret for the Microsoft app"
            )
        if self.teams_app_id and not self.teams_tenant_id:
            raise ValueError(
                "ENTRAIN_TEAMS_TENANT_ID: is missing; copy the tenant id from the Microsoft app's page"
            )
        if not self.teams_app_id and (self.teams_app_secret.get_secret_value() or self.teams_tenant_id):
            raise ValueError("ENTRAIN_TEAMS_APP_ID: is empty, so requests could not be authenticated; set it")
        if self.teams_development and self.teams_app_id:
            raise ValueError("ENTRAIN_TEAMS_DEVELOPMENT: must be off when ENTRAIN_TEAMS_APP_ID is set")
        if self.teams_development and not self.on_this_machine_only:
            raise ValueError(
                "ENTRAIN_TEAMS_DEVELOPMENT: needs ENTRAIN_HOST to be a loopback address (127.0.0.1)"
            )
        if self.llm_url and not self.llm_model:
            raise ValueError("ENTRAIN_LLM_MODEL: is missing; say which model to ask at ENTRAIN_LLM_URL")
        if not (self.slack or self.teams or self.playground_on):
            raise ValueError(
                "ENTRAIN_SLACK_BOT_TOKEN: no platform is configured; see docs/slack.md and docs/teams.md, "
                "or set ENTRAIN_PLAYGROUND=true to try the bot where nobody else can reach it"
            )
        if self.send_settle_seconds >= self.send_lease_seconds:
            raise ValueError("ENTRAIN_SEND_SETTLE_SECONDS: must be less than ENTRAIN_SEND_LEASE_SECONDS")
        if self.real_platform and not self.encryption_keys.get_secret_value():
            raise ValueError(
                "ENTRAIN_ENCRYPTION_KEYS: is missing; make one with `entrain keys new` and keep it safe"
            )
        return self

    @model_validator(mode="after")
    def _kept(self) -> Self:
        if self.keep_words_days > self.keep_answers_days:
            raise ValueError("ENTRAIN_KEEP_WORDS_DAYS: must not be more than ENTRAIN_KEEP_ANSWERS_DAYS")
        return self

    @property
    def slack(self) -> bool:
        return bool(self.slack_bot_token.get_secret_value())

    @property
    def teams(self) -> bool:
        return bool(self.teams_app_id) or self.teams_development

    @property
    def real_platform(self) -> bool:
        """Whether people's real conversations are served: emulators on this machine do not count."""
        return self.slack or bool(self.teams_app_id)

    @property
    def on_this_machine_only(self) -> bool:
        return self.host in {"127.0.0.1", "localhost", "::1"}

    @property
    def playground_on(self) -> bool:
        if self.playground is not None:
            return self.playground
        return self.on_this_machine_only and not (self.slack or self.teams)

    @property
    def pages_url(self) -> str:
        """The address of the bot's own pages: the public one, or this machine's where the playground is."""
        return self.public_url or (f"http://127.0.0.1:{self.port}" if self.playground_on else "")

    @property
    def database(self) -> str:
        return self.database_url.get_secret_value() or f"sqlite:///{self.data_dir / 'entrain.db'}"


def read_settings(**overrides: object) -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: one is wrong or missing.
    """
    known = {f"ENTRAIN_{name.upper()}" for name in Settings.model_fields}
    for name in sorted(os.environ):
        if (
            name.upper().startswith("ENTRAIN_")
            and not name.upper().startswith(TEST)
            and name.upper() not in known
        ):
            near = get_close_matches(name.upper(), known, 1)
            hint = f"did you mean {near[0]}?" if near else "`entrain settings` lists them all"
            raise SettingsError(f"{name}: there is no such setting; {hint}")
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except UnreadableSetting as error:
        field = re.search(r'field "(\w+)"', str(error))
        name = f"ENTRAIN_{field.group(1).upper()}" if field else "a setting"
        raise SettingsError(f'{name}: must be a list in JSON, like ["one", "two"]') from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        message = first["msg"].removeprefix("Value error, ")
        if first["loc"]:
            message = f"ENTRAIN_{'_'.join(str(part) for part in first['loc']).upper()}: {message}"
        raise SettingsError(message) from None


def describe() -> list[tuple[str, str, str]]:
    """(variable, default, description) of every setting, in order: what `entrain settings` and the docs show."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
        rows.append(
            (f"ENTRAIN_{name.upper()}", "" if default is None else str(default), field.description or "")
        )
    return rows
