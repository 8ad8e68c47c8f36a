import type { RouteHandler } from '@hono/zod-openapi'
import type { Handler } from 'hono'
import type { Operation } from '../../api/operations/entry/operation.ts'
import type { Operations } from '../../api/operations/operations.ts'
import type { AppEnv } from './env.ts'

/** The type of an operation's handler. Its parameters are typed by the operation's entry and have been validated. */
export type OperationHandler<Entry extends Operation> =
  RouteHandler<Entry, AppEnv> extends Handler<AppEnv, infer Path, infer Input, infer _>
    ? Handler<AppEnv, Path, Input, Response | Promise<Response>>
    : never

/** The handler of each operation, by the operation's name. */
export type Handlers = { readonly [Name in keyof Operations]: OperationHandler<Operations[Name]> }
