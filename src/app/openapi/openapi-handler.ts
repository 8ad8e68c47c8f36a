import type { Context } from 'hono'
import type { AppEnv } from '../http/env.ts'
import { answerJson } from '../http/json.ts'

/** `GET /api/openapi.json`. What makes the document is loaded, and the document made, when it is first asked for. */
export const openApiHandler = () => {
  let document: Promise<string> | undefined
  return async (c: Context<AppEnv>): Promise<Response> => {
    document ??= import('./document.ts').then(({ openApiDocument }) => JSON.stringify(openApiDocument()))
    return answerJson(c, await document)
  }
}
