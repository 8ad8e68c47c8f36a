import type { ViewDescription } from '../../../src/api/types.ts'
import { withoutGrouping } from '../grouping/grouping.ts'
import { findView, viewQuery, withParameter } from '../views.ts'
import type { ResourceView } from './tree.ts'

/**
 * The query string with which a view is asked for its resources: the options that are chosen, but without groups, and with what
 * connects to nothing unless somebody has chosen. The filter is for containers and processes; hosts are all there.
 */
export function resourceQuery(
  views: readonly ViewDescription[],
  id: ResourceView,
  options: Readonly<Record<string, string>>,
  filter: string,
): string {
  const view = findView(views, id)?.view
  const chosen = withoutGrouping(options)
  const query = view ? viewQuery(view, { unconnected: 'show', ...chosen }) : ''
  return filter === '' || id === 'hosts' ? query : withParameter(query, 'q', filter)
}
