import type { Context } from 'hono'
import type { AppEnv } from '../http/env.ts'
import { answerJson } from '../http/sending/json.ts'

/** Handler of `GET /api/openapi.json`. The generator is loaded, and the document made, on the first request. */
export const openApiHandler = () => {
  let document: Promise<string> | undefined
  return async (c: Context<AppEnv>): Promise<Response> => {
    document ??= import('./document.ts').then(({ openApiDocument }) => JSON.stringify(openApiDocument()))
    return answerJson(c, await document)
  }
}
