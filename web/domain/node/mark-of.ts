import type { NodeSummary } from '../../../src/api/types.ts'

/** The programs and languages whose own mark is shown; see `marks/mark-paths.ts`. */
export type Mark =
  | 'apache'
  | 'bun'
  | 'caddy'
  | 'cassandra'
  | 'clickhouse'
  | 'cockroachdb'
  | 'consul'
  | 'containerd'
  | 'couchdb'
  | 'deno'
  | 'docker'
  | 'dotnet'
  | 'elasticsearch'
  | 'envoy'
  | 'erlang'
  | 'etcd'
  | 'fluentbit'
  | 'go'
  | 'grafana'
  | 'influxdb'
  | 'java'
  | 'kafka'
  | 'keycloak'
  | 'kibana'
  | 'kubernetes'
  | 'mariadb'
  | 'minio'
  | 'mongodb'
  | 'mosquitto'
  | 'nats'
  | 'neo4j'
  | 'nginx'
  | 'node'
  | 'opensearch'
  | 'perl'
  | 'php'
  | 'postgresql'
  | 'prometheus'
  | 'pulsar'
  | 'python'
  | 'rabbitmq'
  | 'redis'
  | 'ruby'
  | 'rust'
  | 'traefik'
  | 'vault'

interface Names {
  /** Names of images whatever their organisation; with a `/`, only of that one, or official when that is first. */
  readonly images?: readonly string[]
  /** Names of processes, as the kernel has them: of at most 15 characters. */
  readonly processes?: readonly string[]
}

/**
 * A name is here only when nothing else is usually called so: no mark is better than a wrong one, or than one that cannot be read in a
 * node, such as that of MySQL, which is a word.
 */
const names: Readonly<Record<Mark, Names>> = {
  apache: { images: ['httpd'], processes: ['apache2', 'httpd'] },
  bun: { images: ['oven/bun'], processes: ['bun'] },
  caddy: { images: ['caddy'], processes: ['caddy'] },
  cassandra: { images: ['cassandra'] },
  clickhouse: { images: ['clickhouse', 'clickhouse-server'], processes: ['clickhouse-serv'] },
  cockroachdb: { images: ['cockroachdb/cockroach'], processes: ['cockroach'] },
  consul: { images: ['hashicorp/consul', '/consul'], processes: ['consul'] },
  containerd: { processes: ['containerd', 'containerd-shim'] },
  couchdb: { images: ['couchdb'] },
  deno: { images: ['denoland/deno'], processes: ['deno'] },
  docker: { images: ['/docker'], processes: ['dockerd', 'docker-proxy'] },
  dotnet: { images: ['dotnet/aspnet', 'dotnet/runtime', 'dotnet/sdk'], processes: ['dotnet'] },
  elasticsearch: { images: ['elasticsearch'] },
  envoy: { images: ['envoyproxy/envoy'], processes: ['envoy'] },
  erlang: { images: ['/erlang'], processes: ['beam.smp'] },
  etcd: { images: ['etcd'], processes: ['etcd'] },
  fluentbit: { images: ['fluent-bit'], processes: ['fluent-bit'] },
  go: { images: ['golang'] },
  grafana: { images: ['grafana/grafana', 'grafana/grafana-oss'], processes: ['grafana', 'grafana-server'] },
  influxdb: { images: ['influxdb'], processes: ['influxd'] },
  java: { images: ['openjdk', 'eclipse-temurin', 'amazoncorretto'], processes: ['java'] },
  kafka: { images: ['kafka', 'cp-kafka'] },
  keycloak: { images: ['keycloak'] },
  kibana: { images: ['kibana'] },
  kubernetes: { processes: ['kubelet', 'kube-proxy', 'kube-apiserver', 'kube-scheduler', 'kube-controller'] },
  mariadb: { images: ['mariadb'], processes: ['mariadbd'] },
  minio: { images: ['minio'], processes: ['minio'] },
  mongodb: { images: ['mongo', 'mongodb'], processes: ['mongod', 'mongos'] },
  mosquitto: { images: ['eclipse-mosquitto', 'mosquitto'], processes: ['mosquitto'] },
  nats: { images: ['nats'], processes: ['nats-server'] },
  neo4j: { images: ['neo4j'] },
  nginx: { images: ['nginx', 'nginx-unprivileged'], processes: ['nginx'] },
  node: { images: ['/node'], processes: ['node'] },
  opensearch: { images: ['opensearch'] },
  perl: { images: ['/perl'], processes: ['perl'] },
  php: { images: ['/php'], processes: ['php', 'php-fpm'] },
  postgresql: { images: ['postgres', 'postgresql'], processes: ['postgres', 'postmaster'] },
  prometheus: { images: ['prom/prometheus', 'prometheus/prometheus'], processes: ['prometheus'] },
  pulsar: { images: ['apachepulsar/pulsar'] },
  python: { images: ['/python'], processes: ['python', 'python2', 'python3'] },
  rabbitmq: { images: ['rabbitmq'] },
  redis: {
    images: ['redis', 'redis-stack', 'redis-stack-server'],
    processes: ['redis-server', 'redis-sentinel'],
  },
  ruby: { images: ['/ruby'], processes: ['ruby'] },
  rust: { images: ['/rust'] },
  traefik: { images: ['traefik'], processes: ['traefik'] },
  vault: { images: ['hashicorp/vault', '/vault'], processes: ['vault'] },
}

const marksBy = (kind: keyof Names): ReadonlyMap<string, Mark> =>
  new Map(
    (Object.entries(names) as [Mark, Names][]).flatMap(([mark, of]) =>
      (of[kind] ?? []).map((name) => [name, mark] as const),
    ),
  )

const byImage = marksBy('images')
const byProcess = marksBy('processes')

/** The mark of what an image runs, such as `postgres:17` or `docker.io/bitnami/postgresql`; undefined when its name does not tell. */
export function markOfImage(image: string): Mark | undefined {
  const path = image
    .toLowerCase()
    .replace(/@.*$/, '')
    .replace(/:[^/:]*$/, '')
    .split('/')
  const [first = ''] = path
  const isAtRegistry = path.length > 1 && (/[.:]/.test(first) || first === 'localhost')
  const within = isAtRegistry ? path.slice(1) : path
  const organisation = within.at(-2) ?? (isAtRegistry && first !== 'docker.io' ? first : '')
  const name = within.at(-1) ?? ''
  const of = organisation === 'library' ? '' : organisation
  return byImage.get(name) ?? byImage.get(`${of}/${name}`)
}

/** The mark of a process, by its name; undefined when that does not tell. A version at its end is passed over (`python3.12`, `php-fpm8.3`). */
export function markOfProcess(name: string): Mark | undefined {
  return (
    byProcess.get(name) ??
    byProcess.get(name.replace(/\d+(\.\d+)*$/, '')) ??
    byProcess.get(name.replace(/:.*$/, ''))
  )
}

/** The mark of what runs in a node: of a container by its image, of a process by its name. */
export function markOf({
  shape,
  pseudo,
  label,
  metadata,
}: Pick<NodeSummary, 'shape' | 'pseudo' | 'label' | 'metadata'>): Mark | undefined {
  if (pseudo) return undefined
  const image = metadata?.find((row) => row.id === 'docker_image_name')?.value
  if (shape === 'square') return markOfProcess(label)
  if (shape === 'image') return markOfImage(image ?? label)
  return shape === 'hexagon' && image !== undefined ? markOfImage(image) : undefined
}
