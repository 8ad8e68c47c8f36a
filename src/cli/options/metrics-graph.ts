import { QUERY_PLACE } from '../../topology/nodes/rows/metric-graph.ts'
import { UsageError } from './usage-error.ts'
import type { ValueParser } from './value-parser.ts'

const EXAMPLE = `http://prometheus:9090/graph?g0.expr=${QUERY_PLACE}`

/** Where graphs of metrics are: an address of http or https with the place of the expression in its path, query or fragment. */
export const metricsGraphValue: ValueParser<string> = (text, option) => {
  const refuse = (why: string): never => {
    throw new UsageError(`${option}: ${why}, as in ${EXAMPLE}`)
  }
  const url =
    URL.parse(text.replaceAll(QUERY_PLACE, 'up')) ??
    refuse(`"${text}" is no URL; it begins with http:// or https://`)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return refuse(`expected a URL of http or https, not "${text}"`)
  if (url.username !== '' || url.password !== '')
    return refuse('the URL must not hold a password, which all who see the map would see')
  if (!text.includes(QUERY_PLACE))
    return refuse(`"${text}" lacks ${QUERY_PLACE}, in the place of the PromQL expression`)
  if (URL.parse(text.replaceAll(QUERY_PLACE, 'down'))?.origin !== url.origin)
    return refuse(`in "${text}" ${QUERY_PLACE} stands in the place of the host`)
  return text
}
