import { once } from 'node:events'
import { WebSocket } from 'ws'

/** Looks at the map of an app for as long as that runs. An app that nobody looks at is reported to more rarely. */
export const lookAt = (port: number): Promise<unknown> =>
  once(new WebSocket(`ws://127.0.0.1:${port}/api/topology/hosts/ws`), 'open')
