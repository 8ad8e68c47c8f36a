import type { MetricRow } from '../../../api/types.ts'
import { facts, metrics as ids } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import { textFact } from '../../reports/node-facts.ts'

/** What stands in the URL of graphs for the PromQL expression. */
export const QUERY_PLACE = ':query'

/** Over how long rates are taken; at least four samples at Prometheus' usual intervals. */
const RANGE = '[5m]'

/**
 * A value as a string of PromQL. In single quotes, so that the expression may also stand within a JSON text of the URL, as Grafana has
 * them.
 */
const quoted = (value: string): string => `'${value.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`

/** Text as a part of a regular expression; what is neither letter nor digit matches any character. */
const literally = (text: string): string => text.replace(/[^\w-]/g, '.')

const rate = (metric: string, selector: string, factor = ''): string =>
  `${factor}sum(rate(${metric}{${selector}}${RANGE}))`

type Expressions = Readonly<Record<string, (selector: string) => string>>

/** By the names that cAdvisor gives. */
const ofContainer: Expressions = {
  [ids.containerCpu]: (of) => rate('container_cpu_usage_seconds_total', of, '100 * '),
  [ids.containerMemory]: (of) => `sum(container_memory_working_set_bytes{${of}})`,
  [ids.containerNetworkReceived]: (of) => rate('container_network_receive_bytes_total', of),
  [ids.containerNetworkSent]: (of) => rate('container_network_transmit_bytes_total', of),
  [ids.containerBlockRead]: (of) => rate('container_fs_reads_bytes_total', of),
  [ids.containerBlockWritten]: (of) => rate('container_fs_writes_bytes_total', of),
}

/** By the names that process-exporter gives, which counts all processes of a name on a host together. */
const ofProcess: Expressions = {
  [ids.processCpu]: (of) => rate('namedprocess_namegroup_cpu_seconds_total', of, '100 * '),
  [ids.processMemory]: (of) => `sum(namedprocess_namegroup_memory_bytes{${of},memtype='resident'})`,
  [ids.processOpenFiles]: (of) => `sum(namedprocess_namegroup_open_filedesc{${of}})`,
  [ids.processThreads]: (of) => `sum(namedprocess_namegroup_num_threads{${of}})`,
}

/** By the names that node_exporter gives. */
const ofHost: Expressions = {
  [ids.hostCpu]: (of) => `100 * (1 - avg(rate(node_cpu_seconds_total{${of},mode='idle'}${RANGE})))`,
  [ids.hostMemory]: (of) => `node_memory_MemTotal_bytes{${of}} - node_memory_MemAvailable_bytes{${of}}`,
  [ids.load1]: (of) => `node_load1{${of}}`,
  [ids.load5]: (of) => `node_load5{${of}}`,
  [ids.load15]: (of) => `node_load15{${of}}`,
}

/** Selects what is told by an exporter whose `instance` is the name of the host, short or whole, with or without a port. */
const onHost = ({ report }: ReportIndex): string => {
  const [short = ''] = report.host.name.split('.')
  return `instance=~${quoted(`${literally(short)}([.][^:]+)?(:[0-9]+)?`)}`
}

/** The PromQL expression for a metric of a node; undefined where the usual exporters have none. */
export const promQL = (index: ReportIndex, node: ReportNode, metricId: string): string | undefined => {
  switch (node.topology) {
    case 'container': {
      const id = textFact(node, facts.containerId)
      return id && ofContainer[metricId]?.(`id=~${quoted(`.*${literally(id)}.*`)}`)
    }
    case 'process':
      return ofProcess[metricId]?.(`groupname=${quoted(node.name)},${onHost(index)}`)
    case 'host':
      return ofHost[metricId]?.(onHost(index))
    default:
      return undefined
  }
}

/**
 * The metrics of a node, each with the address of its graph.
 *
 * @param template a URL with {@link QUERY_PLACE}
 */
export const withGraphs = (
  template: string,
  rows: readonly MetricRow[],
  index: ReportIndex,
  node: ReportNode,
): MetricRow[] =>
  rows.map((row) => {
    const expression = promQL(index, node, row.id)
    if (expression === undefined) return row
    return { ...row, url: template.replaceAll(QUERY_PLACE, () => encodeURIComponent(expression)) }
  })
