import type { NodeSummary } from '../../../src/api/types.ts'

/** The icons there are; see `draw/glyphs.ts`. */
export type Glyph =
  | 'address'
  | 'box'
  | 'browser'
  | 'chart'
  | 'clock'
  | 'code'
  | 'cpu'
  | 'database'
  | 'flash'
  | 'globe'
  | 'layers'
  | 'lock'
  | 'magnifier'
  | 'mail'
  | 'prompt'
  | 'queue'
  | 'route'
  | 'server'
  | 'signpost'

/** Icons by words in a node's label, rank or image name. The first match wins. */
const known: readonly (readonly [RegExp, Glyph])[] = [
  [/dnsmasq|unbound|\bnamed\b|\bbind9?\b|coredns|pi-?hole|powerdns|pdns|systemd-resolve/, 'signpost'],
  [/postfix|exim|dovecot|sendmail|\bsmtp|\bmail/, 'mail'],
  [/redis|valkey|memcache|varnish|keydb|\bcache\b/, 'flash'],
  [
    /postgres|mysql|maria|mongo|cassandra|sqlite|\bdb\b|database|etcd|consul|clickhouse|influx|couch|cockroach|minio/,
    'database',
  ],
  [/rabbit|kafka|nats|\bmqtt?\b|mosquitto|zookeeper|queue|pulsar|activemq/, 'queue'],
  [/nginx|haproxy|traefik|envoy|caddy|proxy|gateway|ingress|\blb\b|load-?balancer/, 'route'],
  [/elastic|opensearch|solr|search|lucene|typesense|meili/, 'magnifier'],
  [/prometheus|grafana|exporter|telegraf|statsd|jaeger|loki|metrics|monitor/, 'chart'],
  [/sshd?\b|vault|keycloak|\bauth|gpg|certbot|openvpn|wireguard/, 'lock'],
  [/cron|timer|schedul|timesync|chrony|ntpd?/, 'clock'],
  [/httpd?\b|apache|\bweb\b|front-?end|chrom|firefox|wget|curl|browser|\bui\b/, 'browser'],
  [/systemd|kernel|kthread|dockerd|containerd|\binit\b|udevd|dbus/, 'cpu'],
  [/node|python|java|ruby|php|perl|deno|bun\b|dotnet|golang|\bapi\b|service|worker|\bapp\b/, 'code'],
]

/** The icon of a node: by what runs in it, else by what kind of thing it is. */
export function glyphOf(node: NodeSummary): Glyph {
  if (node.shape === 'cloud') return 'globe'
  if (node.shape === 'dashed-circle') return 'address'
  if (node.shape === 'pill') return 'globe'
  if (node.shape === 'circle') return 'server'
  const image = node.metadata?.find((row) => row.id === 'docker_image_name')?.value ?? ''
  const text = `${node.label} ${node.rank} ${image}`.toLowerCase()
  // A pseudo node may be named after its host, which says nothing about the program that runs.
  const match = node.pseudo ? undefined : known.find(([words]) => words.test(text))
  if (match) return match[1]
  if (node.shape === 'image') return 'layers'
  return node.shape === 'hexagon' ? 'box' : 'prompt'
}
