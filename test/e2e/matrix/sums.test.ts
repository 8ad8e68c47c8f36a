import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SearchDocument, ViewDocument } from '../../../src/api/types.ts'
import { allOf } from '../../support/all-of.ts'
import { eventually } from '../../support/eventually.ts'
import { startClient, startServer, type TrafficProcess } from '../../support/machine/network/traffic.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type Matrix, needsOf, openMatrix } from '../../support/scope/matrix.ts'

const SERVERS = 6
const EACH = 40

describeWith(needsOf.ebpf, 'connections of one process to many others, traced', () => {
  let matrix: Matrix
  let holder: TrafficProcess
  const started: TrafficProcess[] = []
  beforeAll(async () => {
    matrix = await openMatrix('ebpf')
    holder = await startClient()
    for (let i = 0; i < SERVERS; i++) {
      const server = await startServer()
      started.push(server)
      for (let n = 0; n < EACH; n++) await holder.ask(`open 127.0.0.1 ${server.port}`)
    }
  })
  afterAll(async () => {
    await allOf(...[holder, ...started].map((one) => () => one?.end()), () => matrix?.close())
  })

  const found = async (q: string) => {
    const path = `/api/topology/processes?unconnected=show&q=${encodeURIComponent(q)}`
    return Object.keys((await matrix.scope.get<ViewDocument>(path)).nodes)
  }

  it('are found by their sum, on the map and by searching', async () => {
    const total = SERVERS * EACH
    const id = matrix.processId(holder.pid)
    await eventually('the process that holds them', async () => (await found(`open=${total}`)).includes(id))
    expect(await found(`open >= ${total} pid:${holder.pid}`)).toEqual([id])
    expect(await found(`open>${total} pid:${holder.pid}`)).toEqual([])
    expect(await found(`open>=${EACH} pid:${started[0]?.pid}`)).toEqual([
      matrix.processId(started[0]?.pid ?? 0),
    ])
    const { matches } = await matrix.scope.get<SearchDocument>(`/api/search?q=open%3E%3D${total}&limit=100`)
    expect(matches.map((match) => match.id)).toContain(id)
    // none of them alone has so many
    expect(matches.map((match) => match.id)).not.toContain(matrix.processId(started[0]?.pid ?? 0))
  })
})
