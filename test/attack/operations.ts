import type { Operation } from '../../src/api/operations/entry/operation.ts'
import { operations } from '../../src/api/operations/operations.ts'

const all: readonly Operation[] = Object.values(operations)

const needsNobody = new Set(['app:alive', 'session:read', 'session:open', 'report:write', 'channel:open'])

/** Operations that somebody must have the right to, as a method and a path with made-up parameters. */
export const guarded = all
  .filter((operation) => !needsNobody.has(operation['x-action']))
  .map((operation) => ({
    method: operation.method.toUpperCase(),
    path: operation.path.replace(/\{\w+\}/g, 'x'),
    isSocket: 'x-websocket' in operation,
  }))

/** Those that change something. */
export const changing = guarded.filter(({ method }) => method !== 'GET')

/** Headers with which a request asks to become a WebSocket. */
export const upgrade = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
}
