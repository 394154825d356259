# feeder in a container: `docker compose up -d --build` (docs/running.md, "Containers").

FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY docs/feeder.1 ./docs/
COPY feeder ./feeder
# Into a folder of its own, which is all that the next stage takes over: no compiler, no pip cache.
RUN python -m venv /opt/feeder \
    && /opt/feeder/bin/pip install --no-cache-dir '.[compression,postgres,s3]'

FROM python:3.13-slim
# A number that is nobody on the host either.
RUN useradd --uid 8754 --user-group --no-create-home --home-dir /state --shell /usr/sbin/nologin feeder \
    && install -d -o feeder -g feeder -m 755 /state
COPY --from=build /opt/feeder /opt/feeder
# Hung threads say where they hang, and nothing is written beside the code.
ENV PATH=/opt/feeder/bin:$PATH \
    FEEDER_CONFIG=/config \
    STATE_DIRECTORY=/state \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONFAULTHANDLER=1
# By number: what runs images knows no names of users in them.
USER 8754:8754
WORKDIR /state
VOLUME /state
EXPOSE 8080
# Needs no further program in the image; a connection that is refused is an error, too.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["feeder"]
CMD ["--log-format", "json", "run"]
