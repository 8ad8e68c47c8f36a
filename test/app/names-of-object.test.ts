import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { ViewDiff, ViewDocument } from '../../src/api/types.ts'
import { catalogue } from '../../src/topology/view/catalogue.ts'
import { containerId } from '../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../support/scope/app-client.ts'
import { hostile, names } from './named-as-object.ts'
import { ask, eventually, startTestApp, type TestApp } from './start-test-app.ts'

let app: TestApp
let probe: TestProbe
beforeAll(async () => {
  app = await startTestApp()
  probe = await connectTestProbe(app)
  expect((await probe.post(hostile())).status).toBe(200)
})
afterAll(() => app.remove())

const queriesWith = (name: string): readonly string[] => [
  ...[name, `"${name}"`, `-${name}`, `(${name} or ${name})`, `${name}*`],
  ...[`${name}:5`, `${name}=5`, `${name}!=5`, `${name}>5`, `${name}<=5`, `${name}:*`, `${name}:${name}`],
  ...[`label.${name}:5`, `label.${name}!=${name}`, `env.${name}:*`, `label:${name}`, `name.${name}:5`],
  ...[`name:${name}`, `kind:${name}`, `image=${name}`, `ip:${name}`, `ip:10.0.0.0/${name}`, `state:${name}`],
  ...[`to:${name}`, `from=${name}`, `is:${name}`, `external:${name}`, `cpu>${name}`, `cpu>5${name}`],
  ...[`port:${name}`, `rtt<1${name}`, `listen:${name}`, `id:<${name}>`],
]

/** Right or wrong, what is asked gets an answer of its own: a result, or what is wrong with it. */
const statusOf = async (path: string): Promise<number> => {
  const { status, text } = await ask(`${app.url}/api/${path}`)
  expect([200, 400, 404], `${path} ${text}`).toContain(status)
  return status
}

describe.each(names)('%s', (name) => {
  it('is a name like any other in a query', async () => {
    for (const query of queriesWith(name)) {
      const q = encodeURIComponent(query)
      for (const view of ['containers', 'processes', 'hosts']) await statusOf(`topology/${view}?q=${q}`)
      await statusOf(`topology/containers?q=${q}&group=host`)
      await statusOf(`search?q=${q}`)
      for (let at = 0; at <= query.length; at += 3) await statusOf(`complete?q=${q}&at=${at}`)
    }
    // It is there as text, and there is no field of that name but the rows and labels that say so.
    expect(await statusOf(`topology/containers?q=${name}:5`)).toBe(200)
    expect(await statusOf(`topology/containers?q=${name}%3E5`)).toBe(200)
  })

  it('is a name like any other in options, groups and ids', async () => {
    for (const { id } of catalogue) {
      expect(await statusOf(`topology/${id}?${name}=${name}`)).toBe(400)
      for (const option of ['system', 'stopped', 'pseudo', 'namespace', 'unconnected', 't'])
        await statusOf(`topology/${id}?${option}=${name}`)
      for (const filter of ['with', 'without']) {
        await statusOf(`topology/${id}?system=${filter}:${name}=${name}`)
        await statusOf(`topology/${id}?system=${filter}:${name}`)
      }
      expect(await statusOf(`topology/${id}?group=${name}`)).toBe(400)
      for (const group of [`label:${name}`, 'host', 'image', 'compose'])
        await statusOf(`topology/${id}?group=${group}&open=group:${group}=${name}`)
      expect(await statusOf(`topology/${id}?open=${name}`)).toBe(400)
      await statusOf(`topology/${id}/${name}?samples=${name}`)
      await statusOf(`topology/${id}/group:label:${name}=${name}?group=label:${name}`)
    }
    expect(await statusOf(`topology/${name}`)).toBe(404)
    expect(await statusOf(`topology/${name}/${name}`)).toBe(404)
    expect(await statusOf(`topology?${name}=${name}`)).toBe(400)
    await statusOf(`connections?view=${name}&edge=${name}`)
    await statusOf(`connections?view=containers&edge=${name}`)
    await statusOf(`events?kind=${name}`)
    expect(await statusOf(`ports?q=${name}:5`)).toBe(200)
    await statusOf(`ports?q=listen:${name}`)
    await statusOf(`ports?limit=${name}`)
    expect(await statusOf(`events?node=${name}`)).toBe(200)
    expect(await statusOf(`events?node=${name}&${name}=1`)).toBe(400)
    await statusOf(`search?limit=${name}&q=x`)
    await statusOf(`complete?at=${name}&q=x`)
    expect(await statusOf(name)).toBe(404)
  })

  it('is a name like any other on a socket, in every frame', async () => {
    const queries = [`${name}:5`, `${name}>5`, `${name}!=5`, `label.${name}:*`, `-${name}=x`]
    const watched = await Promise.all(
      queries.flatMap((query) =>
        ['', '&group=host', `&group=label:${name}`].map(async (more) => {
          const path = `/api/topology/processes/ws?q=${encodeURIComponent(query)}${more}`
          const socket = new WebSocket(`ws://127.0.0.1:${app.port}${path}`)
          const frames: ViewDiff[] = []
          socket.on('message', (data) => frames.push(JSON.parse(String(data))))
          await once(socket, 'open')
          await eventually(() => expect(frames).toHaveLength(1))
          return { socket, frames }
        }),
      ),
    )
    expect((await probe.post(hostile())).status).toBe(200)
    // Some of the queries find nothing, and then there is no second frame to wait for: the app answers after it has pushed.
    expect(await statusOf('topology/containers')).toBe(200)
    for (const { socket, frames } of watched) {
      expect(frames[0]).toMatchObject({ reset: true })
      expect(socket.readyState).toBe(socket.OPEN)
      socket.close()
    }
  })
})

it.each(catalogue.map(({ id }) => id))(
  '%s shows every node, whatever it is called, with its details',
  async (view) => {
    const options = 'stopped=both&system=all&pseudo=show&unconnected=show'
    const answer = await ask(`${app.url}/api/topology/${view}?${options}`)
    expect(answer.status).toBe(200)
    const { nodes }: ViewDocument = JSON.parse(answer.text)
    for (const id of Object.keys(nodes))
      expect(await statusOf(`topology/${view}/${encodeURIComponent(id)}?${options}`), id).toBe(200)
    if (view === 'containers')
      for (const name of names) expect(Object.keys(nodes)).toContain(containerId(name))
    if (view === 'processes') for (const name of names) expect(Object.keys(nodes)).toContain(`alpha;${name}`)
  },
)

it('answers everything else, too', async () => {
  for (const path of ['probes', 'events', 'report', 'openapi.json', ''])
    expect(await statusOf(path.replace(/\/$/, ''))).toBeOneOf([200, 404])
  expect(await statusOf('probes')).toBe(200)
  expect(await statusOf('events?limit=100')).toBe(200)
})
