import type { Service } from './service.ts'

const monitoring = {
  deployment: 'compose',
  project: 'ops',
  network: 'overlay',
  stateful: true,
} as const
const job = { deployment: 'job', project: 'jobs', network: 'overlay', copies: 1 } as const

/** Monitoring of the shop. */
export const monitors: readonly Service[] = [
  {
    ...monitoring,
    name: 'prometheus',
    image: 'prom/prometheus:v3.1.0',
    imageMegabytes: 298,
    programs: [
      { name: 'prometheus', argv: ['/bin/prometheus', '--config.file=/etc/prometheus/prometheus.yml'] },
    ],
    port: 9090,
    copies: 1,
    cpu: 9,
    memoryMegabytes: 760,
    volumes: ['prometheus-data:/prometheus'],
    calls: [
      { to: 'node-exporter', perSecond: 0.2, pool: 1, sent: 230, received: 11_800, all: true },
      { to: 'queue', perSecond: 0.07, pool: 1, sent: 230, received: 6200 },
      { to: 'alertmanager', perSecond: 0.1, pool: 1, sent: 900, received: 120 },
    ],
  },
  {
    ...monitoring,
    name: 'grafana',
    image: 'grafana/grafana:11.4.0',
    imageMegabytes: 486,
    programs: [{ name: 'grafana', argv: ['grafana', 'server', '--homepath=/usr/share/grafana'] }],
    port: 3000,
    copies: 1,
    cpu: 4,
    memoryMegabytes: 180,
    calls: [
      { to: 'prometheus', perSecond: 1.5, pool: 2, sent: 720, received: 16_000 },
      { to: 'loki', perSecond: 0.3, pool: 1, sent: 640, received: 21_000 },
    ],
  },
  {
    ...monitoring,
    name: 'loki',
    network: 'both',
    image: 'grafana/loki:3.3.2',
    imageMegabytes: 104,
    programs: [{ name: 'loki', argv: ['/usr/bin/loki', '-config.file=/etc/loki/local-config.yaml'] }],
    port: 3100,
    published: [3100],
    copies: 1,
    cpu: 11,
    memoryMegabytes: 420,
    volumes: ['loki-data:/loki'],
    calls: [{ to: 'object-storage', perSecond: 0.4, pool: 1, sent: 96_000, received: 420 }],
  },
  {
    ...monitoring,
    name: 'alertmanager',
    image: 'prom/alertmanager:v0.28.0',
    imageMegabytes: 72,
    programs: [{ name: 'alertmanager', argv: ['/bin/alertmanager', '--storage.path=/alertmanager'] }],
    port: 9093,
    copies: 1,
    cpu: 1,
    memoryMegabytes: 38,
  },
]

/** Containers that start, do their work, and end. */
export const jobs: readonly Service[] = [
  {
    ...job,
    name: 'db-backup',
    image: 'postgres:17-alpine',
    imageMegabytes: 276,
    programs: [
      {
        name: 'sh',
        argv: ['sh', '-c', 'pg_dump -h orders-db orders | aws s3 cp - s3://backup/orders'],
        idle: true,
      },
      { name: 'pg_dump', argv: ['pg_dump', '-h', 'orders-db', 'orders'] },
    ],
    cpu: 60,
    memoryMegabytes: 90,
    calls: [
      { to: 'orders-db', perSecond: 20, pool: 1, sent: 160, received: 64_000 },
      { to: 'object-storage', perSecond: 10, pool: 1, sent: 120_000, received: 300 },
    ],
  },
  {
    ...job,
    name: 'price-import',
    image: 'registry.corp.example/shop/imports:1.3.0',
    imageMegabytes: 230,
    programs: [{ name: 'python3', argv: ['python3', '/app/import_prices.py', '--full'] }],
    cpu: 70,
    memoryMegabytes: 210,
    calls: [
      { to: 'erp', perSecond: 6, pool: 1, sent: 600, received: 22_000 },
      { to: 'catalog-db', perSecond: 25, pool: 2, sent: 900, received: 120 },
    ],
  },
  {
    ...job,
    name: 'sitemap',
    image: 'registry.corp.example/shop/imports:1.3.0',
    imageMegabytes: 230,
    programs: [{ name: 'python3', argv: ['python3', '/app/sitemap.py'] }],
    cpu: 35,
    memoryMegabytes: 95,
    calls: [{ to: 'catalog', perSecond: 12, pool: 2, sent: 240, received: 14_000 }],
  },
]

const host = { deployment: 'host', copies: 1, stateful: true } as const

/** What runs on every host outside containers. */
export const hostServices: readonly Service[] = [
  {
    ...host,
    name: 'systemd',
    programs: [{ name: 'systemd', argv: ['/sbin/init'] }],
    cpu: 0.3,
    memoryMegabytes: 13,
    unit: 'init.scope',
  },
  {
    ...host,
    name: 'journald',
    programs: [{ name: 'systemd-journald', argv: ['/usr/lib/systemd/systemd-journald'] }],
    cpu: 0.8,
    memoryMegabytes: 48,
    unit: 'systemd-journald.service',
  },
  {
    ...host,
    name: 'dockerd',
    programs: [{ name: 'dockerd', argv: ['/usr/bin/dockerd', '-H', 'fd://'] }],
    port: 2377,
    cpu: 3,
    memoryMegabytes: 120,
    unit: 'docker.service',
  },
  {
    ...host,
    name: 'containerd',
    programs: [{ name: 'containerd', argv: ['/usr/bin/containerd'] }],
    cpu: 1.5,
    memoryMegabytes: 64,
    unit: 'containerd.service',
  },
  {
    ...host,
    name: 'sshd',
    programs: [{ name: 'sshd', argv: ['sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups'] }],
    port: 22,
    cpu: 0.1,
    memoryMegabytes: 9,
    unit: 'ssh.service',
  },
  {
    ...host,
    name: 'node-exporter',
    programs: [{ name: 'node_exporter', argv: ['/usr/bin/prometheus-node-exporter'] }],
    port: 9100,
    cpu: 0.6,
    memoryMegabytes: 21,
    unit: 'prometheus-node-exporter.service',
  },
  {
    ...host,
    name: 'fluent-bit',
    programs: [
      {
        name: 'fluent-bit',
        argv: ['/opt/fluent-bit/bin/fluent-bit', '-c', '/etc/fluent-bit/fluent-bit.conf'],
      },
    ],
    cpu: 2.4,
    memoryMegabytes: 32,
    unit: 'fluent-bit.service',
    calls: [{ to: 'loki', perSecond: 1, pool: 1, sent: 9200, received: 130 }],
  },
  {
    ...host,
    name: 'cron',
    programs: [{ name: 'cron', argv: ['/usr/sbin/cron', '-f'] }],
    cpu: 0,
    memoryMegabytes: 3,
    unit: 'cron.service',
  },
]
