import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { createHttpClient } from '../../../../src/probe/publish/http-client.ts'
import { REPORT_PATH } from '../../../../src/report/schema.ts'
import { countsBetween, watchPosts } from '../../../../tools/bench/app/posts.ts'

it('counts the answers to reports, and nothing else', async () => {
  const statuses = [200, 204, 503, 200, 200]
  const server = createServer((request, response) => {
    request.resume()
    const status = statuses.shift()
    if (status === undefined) request.socket.destroy()
    else response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client = createHttpClient(new URL(`http://127.0.0.1:${port}`), 10_000)
  const sent: string[] = []
  const counts = watchPosts((address) => sent.push(address))
  const post = (body?: Uint8Array) =>
    client.request({ method: 'POST', path: REPORT_PATH, ...(body && { body }) })
  try {
    const report = Buffer.from('a report')
    await post(report)
    await post()
    const before = counts()
    await post(report)
    await post(report)
    await client.request({ method: 'GET', path: '/api' })
    await expect(post(report)).rejects.toThrow()
    expect(before).toEqual({ answers: { 200: 1 }, failed: 0 })
    expect(countsBetween(before, counts())).toMatchObject({ answers: { 200: 1, 503: 1 } })
    expect(counts().failed).toBeGreaterThan(0)
    expect(new Set(sent)).toEqual(new Set(['127.0.0.1']))
  } finally {
    client.close()
    await new Promise((resolve) => server.close(resolve))
  }
})
