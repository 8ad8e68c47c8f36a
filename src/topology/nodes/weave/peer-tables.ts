import type { PropertyTable } from '../../../api/types.ts'
import { facts } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { readConnection } from '../../../report/weave/router-facts.ts'
import { setFact, textFact } from '../../reports/node-facts.ts'
import { propertyTable } from '../rows/tables.ts'

/**
 * What a router does besides carrying packets, a table for each, and its connections in its own words. Ids and columns are Weave
 * Scope's.
 */
export const peerTables = (host: ReportNode): PropertyTable[] => {
  const fact = (key: string) => textFact(host, key)
  return [
    ...propertyTable('weave_ipam_table', 'IPAM', [
      ['Status', fact(facts.weaveIpamStatus)],
      ['Range', fact(facts.weaveIpamRange)],
      ['Default subnet', fact(facts.weaveIpamDefaultSubnet)],
    ]),
    ...propertyTable('weave_dns_table', 'DNS', [
      ['Domain', fact(facts.weaveDnsDomain)],
      ['Upstream', fact(facts.weaveDnsUpstream)],
      ['TTL', fact(facts.weaveDnsTtl)],
      ['Entries', fact(facts.weaveDnsEntryCount)],
    ]),
    ...propertyTable('weave_proxy_table', 'Proxy', [
      ['Status', fact(facts.weaveProxyStatus)],
      ['Address', fact(facts.weaveProxyAddress)],
    ]),
    ...propertyTable('weave_plugin_table', 'Plugin', [
      ['Status', fact(facts.weavePluginStatus)],
      ['Driver name', fact(facts.weavePluginDriver)],
    ]),
    ...connectionTable(host),
  ]
}

const connectionTable = (host: ReportNode): PropertyTable[] => {
  const connections = setFact(host, facts.weaveConnections).flatMap((text) => readConnection(text) ?? [])
  if (connections.length === 0) return []
  return [
    {
      id: 'weave_connections_multicolumn_table_',
      label: 'Connections',
      type: 'multicolumn-table',
      columns: [
        { id: 'weave_connection_connection', label: 'Connections' },
        { id: 'weave_connection_state', label: 'State' },
        { id: 'weave_connection_info', label: 'Info' },
      ],
      rows: connections.map(({ address, isOutbound, state, info }, index) => ({
        id: `${index} ${address}`,
        entries: {
          weave_connection_connection: `${isOutbound ? '->' : '<-'} ${address}`,
          weave_connection_state: state,
          weave_connection_info: info,
        },
      })),
    },
  ]
}
