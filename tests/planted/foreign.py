"""Compose files that others write, in their own styles, and that work: no error is reported for any of them."""

import textwrap

import yaml


def _files(**texts):
    """Names with __ for / and _yml for .yml, to data."""
    named = {name.replace("__", "/").replace("_yml", ".yml"): textwrap.dedent(text) for name, text in texts.items()}
    return {name: yaml.safe_load(text) for name, text in named.items()}


def _stack(text, **files):
    return yaml.safe_load(textwrap.dedent(text)), _files(**files)


SCRAPE_ITSELF = """
    global: {scrape_interval: 30s}
    scrape_configs:
      - job_name: prometheus
        static_configs: [{targets: ["localhost:9090"]}]
"""

STACKS = {
    # As in a hundred tutorials: short forms, nothing hardened, everything by default.
    "tutorial": _stack(
        """
        version: "3.8"
        services:
          prometheus:
            image: prom/prometheus:latest
            container_name: prometheus
            volumes:
              - ./prometheus.yml:/etc/prometheus/prometheus.yml
            ports:
              - 9090:9090
          grafana:
            image: grafana/grafana
            depends_on:
              - prometheus
            ports:
              - 3000:3000
            environment:
              - GF_SECURITY_ADMIN_PASSWORD=admin
            volumes:
              - grafana-storage:/var/lib/grafana
        volumes:
          grafana-storage:
        """,
        prometheus_yml=SCRAPE_ITSELF,
    ),
    # Long forms, fragments, profiles, limits; an exporter in the network of the host.
    "long forms": _stack(
        """
        name: observability
        x-logging: &logging {driver: local}
        x-common: &common
          restart: always
          logging: *logging
          networks: {backend: {aliases: [metrics]}}
        services:
          prom:
            <<: *common
            image: quay.io/prometheus/prometheus:v3.5.0
            command: >
              --config.file=/config/prometheus.yml
              --storage.tsdb.path=/data
              --storage.tsdb.retention.time=${RETENTION:-90d}
              --web.listen-address=0.0.0.0:9999
            ports:
              - {target: 9999, published: "9999", host_ip: 127.0.0.1, protocol: tcp, mode: host}
            volumes:
              - {type: bind, source: ./config, target: /config, read_only: true}
              - {type: volume, source: tsdb, target: /data, volume: {nocopy: true}}
            deploy:
              resources: {limits: {cpus: "2", memory: 2G}, reservations: {memory: 512M}}
            healthcheck:
              test: wget --spider -q http://localhost:9999/-/healthy || exit 1
              interval: 1m30s
            extra_hosts: {host.docker.internal: host-gateway}
          node:
            image: prom/node-exporter:v1.8.2
            network_mode: host
            pid: host
            profiles: [host]
            command: ["--path.rootfs", "/host", "--no-collector.wifi", "--collector.systemd"]
            volumes: [{type: bind, source: /, target: /host, read_only: true, bind: {propagation: rslave}}]
        networks:
          backend: {driver: bridge, ipam: {config: [{subnet: 172.28.0.0/16}]}}
        volumes: {tsdb: {driver: local}}
        """,
        config__prometheus_yml="""
            global: {scrape_interval: 15s, external_labels: {site: here}}
            rule_files: [rules/*.yml]
            scrape_configs:
              - job_name: node
                static_configs: [{targets: ["host.docker.internal:9100"]}]
              - job_name: itself
                static_configs: [{targets: ["metrics:9999"], labels: {role: itself}}]
              - job_name: found
                file_sd_configs: [{files: [targets/*.json]}]
        """,
        config__rules__host_yml="""
            groups:
              - name: host
                rules:
                  - alert: HostGone
                    expr: avg_over_time(up{job="node"}[60d]) < 0.5
        """,
    ),
    # The application is built here, its settings come from a file, and the monitoring is included.
    "application": _stack(
        """
        include: [monitoring/compose.yml]
        services:
          web:
            build: {context: ., args: {VERSION: "${VERSION:?say which}"}}
            env_file: [{path: .env, required: false}]
            environment: {LOG_LEVEL: info, DATABASE_URL: "postgres://app@db/app", TOKEN: "${TOKEN}"}
            ports: ["80:8000", "443:8443"]
            depends_on:
              db: {condition: service_healthy, restart: true}
              migrate: {condition: service_completed_successfully}
            networks: [front, monitoring]
            develop: {watch: [{path: ., action: rebuild}]}
          migrate: {image: "registry.example.org:5000/shop/migrate:4.2", command: ["up"]}
          db:
            image: postgres:17.2
            environment: [POSTGRES_USER=app, POSTGRES_PASSWORD_FILE=/run/secrets/db]
            secrets: [{source: db, target: /run/secrets/db, mode: 0440}]
            healthcheck: {test: ["CMD-SHELL", "pg_isready -U app"], interval: 5s}
            volumes: ["db:/var/lib/postgresql/data"]
            shm_size: 256mb
        networks: {front: {}}
        volumes: {db: {}}
        secrets: {db: {environment: DB_PASSWORD}}
        """,
    ),
    # One service extends another; networks of other projects; configuration as configs; whatever is in variables.
    "swarm-like": _stack(
        """
        services:
          base:
            image: prom/alertmanager:${ALERTMANAGER_VERSION:-v0.28.1}
            restart: unless-stopped
            logging: {driver: json-file, options: {max-size: "5m"}}
            networks: [default, shop_default]
          alertmanager:
            extends: {service: base}
            command: ["--config.file=/etc/am/alertmanager.yml", "--storage.path=/alertmanager", "--log.level=debug"]
            configs: [{source: am, target: /etc/am/alertmanager.yml}]
            volumes: ["${DATA_DIR:?}/alertmanager:/alertmanager"]
            mem_limit: 256m
            secrets: [slack]
          prometheus:
            extends: {file: ../common.yml, service: prometheus}
            volumes: ["./prometheus:/etc/prometheus:ro,z"]
          grafana:
            image: grafana/grafana-oss:11.6.1
            user: "1000:0"
            environment:
              GF_SERVER_HTTP_PORT: 3001
              GF_SECURITY_ADMIN_PASSWORD__FILE: /run/secrets/slack
              GF_INSTALL_PLUGINS: ""
            ports: ["127.0.0.1:${GRAFANA_PORT:-3001}:3001"]
            secrets: [slack]
            volumes:
              - grafana:/var/lib/grafana
              - ./provisioning:/etc/grafana/provisioning:ro
              - ./boards:/var/lib/grafana/dashboards:ro
            healthcheck: {test: ["CMD", "curl", "-fsS", "http://localhost:3001/healthz"]}
        configs: {am: {file: ./alertmanager.yml}}
        secrets: {slack: {external: true}}
        networks: {shop_default: {external: true}}
        volumes: {grafana: {external: true, name: grafana_data}}
        """,
        alertmanager_yml="""
            route: {receiver: none}
            receivers: [{name: none}]
        """,
        prometheus__prometheus_yml="""
            scrape_configs:
              - job_name: shop
                static_configs: [{targets: ["shop:8000", "192.168.1.7:9100", "nas.lan:9100"]}]
              - job_name: sites
                metrics_path: /probe
                params: {module: [http_2xx]}
                static_configs: [{targets: ["https://example.org/"]}]
                relabel_configs:
                  - {source_labels: [__address__], target_label: __param_target}
                  - {target_label: __address__, replacement: "blackbox:9115"}
        """,
        provisioning__datasources__all_yml="""
            apiVersion: 1
            datasources:
              - {name: Metrics, type: prometheus, url: "http://prometheus:9090", jsonData: {timeInterval: 1m}}
              - {name: Elsewhere, type: loki, url: "https://logs.example.org"}
              - {name: From outside, type: prometheus, url: $PROM_URL}
        """,
        provisioning__dashboards__all_yml="""
            apiVersion: 1
            providers: [{name: boards, options: {path: /var/lib/grafana/dashboards}}]
        """,
        boards__readme_yml="{note: none yet}",
    ),
    # Hardened by somebody else: distroless, without a probe, nothing published.
    "distroless": _stack(
        """
        services:
          prometheus:
            image: prom/prometheus:v3.14.0-distroless
            user: "65532"
            read_only: true
            cap_drop: [all]
            security_opt: [no-new-privileges=true]
            restart: on-failure:5
            expose: ["9090"]
            command:
              - --config.file
              - /etc/prometheus/prometheus.yml
              - --storage.tsdb.path
              - /prometheus
              - --enable-feature=exemplar-storage,native-histograms
              - --web.enable-lifecycle
            volumes: ["./prometheus/:/etc/prometheus/:ro", "/srv/prometheus:/prometheus"]
            logging: {driver: journald}
            deploy: {resources: {limits: {memory: 1gb}}, restart_policy: {condition: any}}
          blackbox:
            image: prom/blackbox-exporter:v0.27.0
            dns: [1.1.1.1]
            cap_add: [NET_RAW]
            sysctls: {net.ipv4.ping_group_range: "0 2147483647"}
        """,
        prometheus__prometheus_yml=SCRAPE_ITSELF,
    ),
}
