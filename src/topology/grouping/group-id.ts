import type { GroupKey } from './group-key.ts'
import { restGroup } from './grouping.ts'

const PREFIX = 'group:'

/** Ids are used in comma-separated lists, so commas have to be escaped. */
const escaped = (text: string): string => text.replace(/[%,]/g, encodeURIComponent)

const beginning = (grouping: string): string => `${PREFIX}${escaped(grouping)}=`

/**
 * The node id of a group: `group:<group>=<key>`, such as `group:host=alpha~1a2b3c4d`,
 * `group:compose=alpha~1a2b3c4d;shop`, `group:image=shop/cart`, `group:label:team=payments`. `%` and `,` are written
 * `%25` and `%2C`.
 *
 * @param grouping value of the query parameter `group`
 * @param key the value that the nodes of the group share
 */
export const groupId = (grouping: string, key: string): string => `${beginning(grouping)}${escaped(key)}`

/** Stands for {@link restGroup}. No key is written so, since `%` is escaped. */
const REST = '%rest'

/** The node id of a group, that of the rest included. @param grouping value of the query parameter `group` */
export const idOfGroup = (grouping: string, group: GroupKey): string =>
  group === restGroup ? `${beginning(grouping)}${REST}` : groupId(grouping, group.key)

/** Whether a text has the form of a group id of this grouping. */
export const isGroupIdOf = (grouping: string, id: string): boolean => {
  const start = beginning(grouping)
  return id.startsWith(start) && id.length > start.length
}

/**
 * The node id of pseudo nodes that are alike, folded in a view with this grouping.
 *
 * @param key what they share
 */
export const idOfAlike = (grouping: string, key: string): string =>
  `${beginning(grouping)}${ALIKE}${escaped(key)}`

/** As {@link REST}, no key is written so. */
const ALIKE = '%alike;'
