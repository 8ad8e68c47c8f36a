import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** A request that another user of the machine sends. */
export interface RequestOfUser {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What came back. */
export interface AnswerToUser {
  readonly status: number
  readonly text: string
}

/** User id of `nobody`. */
export const NOBODY = 65_534

/** Sends requests from a process of another user of this machine, one after the other. @param host over loopback unless told otherwise */
export const askAs = async (
  uid: number,
  port: number,
  requests: readonly RequestOfUser[],
  host = '127.0.0.1',
): Promise<readonly AnswerToUser[]> => {
  const child = spawn(process.execPath, ['--eval', `(${sendAll})(${port}, ${JSON.stringify(host)})`], {
    stdio: ['pipe', 'pipe', 'inherit'],
    uid,
    gid: uid,
    cwd: '/',
  })
  const exited = once(child, 'exit')
  child.stdin.end(JSON.stringify(requests))
  const answers = Buffer.concat(await child.stdout.toArray()).toString()
  await exited
  return JSON.parse(answers)
}

/** Runs in the other process, which has nothing but Node. */
const sendAll = async (port: number, host: string): Promise<void> => {
  const { request } = process.getBuiltinModule('node:http')
  const requests: RequestOfUser[] = JSON.parse(String(Buffer.concat(await process.stdin.toArray())))
  const answers: AnswerToUser[] = []
  for (const { method, path, headers, body } of requests)
    answers.push(
      await new Promise<AnswerToUser>((resolve, reject) => {
        const sent = request({ host, port, method, path, headers: { ...headers } })
        sent.on('error', reject)
        sent.on('upgrade', (_response, socket) => {
          socket.destroy()
          resolve({ status: 101, text: '' })
        })
        sent.on('response', async (response) => {
          const text = String(Buffer.concat(await response.toArray()))
          resolve({ status: response.statusCode ?? 0, text })
        })
        sent.end(body)
      }),
    )
  process.stdout.write(JSON.stringify(answers))
}
