import type { RouteHandler } from '@hono/zod-openapi'
import type { Handler } from 'hono'
import type { Operation } from '../../api/operations/operation.ts'
import type { Operations } from '../../api/operations/operations.ts'
import type { AppEnv } from './env.ts'

/** What answers an operation: the parameters are there as its entry types them, and have been checked. */
export type OperationHandler<Entry extends Operation> =
  RouteHandler<Entry, AppEnv> extends Handler<AppEnv, infer Path, infer Input, infer _>
    ? Handler<AppEnv, Path, Input, Response | Promise<Response>>
    : never

/** What answers each operation, by its name. */
export type Handlers = { readonly [Name in keyof Operations]: OperationHandler<Operations[Name]> }
