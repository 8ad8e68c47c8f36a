import type { Operation } from '../../../api/operations/entry/operation.ts'
import { operations } from '../../../api/operations/operations.ts'

const all: readonly Operation[] = Object.values(operations)

const patterns = all
  .filter((operation) => operation['x-websocket'] !== undefined)
  .map(({ path }) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`))

/** Whether an operation of the app speaks WebSocket at a path, which is without its query. */
export const speaksWebSocket = (path: string): boolean => patterns.some((pattern) => pattern.test(path))
