import { createHttpClient, type HttpAnswer } from '../../probe/publish/http-client.ts'
import { token } from '../../state/state-dir.ts'
import type { AppStatus } from '../parts/state-files.ts'
import { trustInOwn } from './trust-for.ts'

/**
 * Asks the app of this state directory, with its token. Over https it is verified by the certificate recorded there.
 *
 * @param path such as `/health`
 * @throws Error when there was no answer within `limitMs`
 */
export const askApp = async (
  stateDir: string,
  app: Pick<AppStatus, 'localUrl' | 'certificate'>,
  path: string,
  limitMs: number,
): Promise<HttpAnswer> => {
  const authorization = `Bearer ${await token(stateDir)}`
  const client = createHttpClient(new URL(app.localUrl), limitMs, () => trustInOwn(app))
  try {
    return await client.request({ method: 'GET', path, headers: { authorization } })
  } finally {
    client.close()
  }
}
