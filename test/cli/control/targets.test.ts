import { describe, expect, it } from 'vitest'
import type { Controllable, ControllablesDocument } from '../../../src/api/control.ts'
import type { ControlArguments } from '../../../src/cli/control/arguments.ts'
import { bestOf, exactQuery } from '../../../src/cli/control/targets/choose.ts'
import { clientsText, describeNodes } from '../../../src/cli/control/targets/describe.ts'
import { findTargets, NotFoundError, SeveralError } from '../../../src/cli/control/targets/find.ts'
import { ownProcesses } from '../../../src/cli/control/targets/own-processes.ts'
import { distance, similarNames } from '../../../src/cli/control/targets/similar.ts'
import { CommandError, UsageError } from '../../../src/cli/options/usage-error.ts'
import { parseQuery } from '../../../src/topology/query/language/parse.ts'
import { nodeOf, offered } from './controllable.ts'

describe('the query for what is called exactly so', () => {
  it.each([
    ['web', 'containers', 'name="web"'],
    ['a"b\\c', 'containers', 'name="a\\"b\\\\c"'],
    ['3f2a9c', 'containers', 'name="3f2a9c" or id:3f2a9c*'],
    ['3F2A', 'containers', 'name="3F2A" or id:3f2a*'],
    // A word as often as an id.
    ['cafe', 'containers', 'name="cafe"'],
    ['db1', 'containers', 'name="db1"'],
    ['1234', 'processes', 'pid=1234'],
    ['nginx', 'processes', 'name="nginx"'],
    ['1234', 'hosts', 'name="1234"'],
  ] as const)('%s in %s', (text, view, query) => {
    expect(exactQuery(text, view)).toBe(query)
    expect(() => parseQuery(query)).not.toThrow()
  })

  it('is not asked for what can be no name', () => {
    expect(exactQuery('', 'containers')).toBeUndefined()
    expect(exactQuery('x'.repeat(1000), 'containers')).toBeUndefined()
  })

  it('prefers a name to an id, and the same capitals to others', () => {
    const labels = (text: string, ...names: string[]) =>
      bestOf(
        text,
        names.map((label) => nodeOf({ label })),
      ).map(({ label }) => label)
    expect(labels('web', 'web', 'Web')).toEqual(['web'])
    expect(labels('WEB', 'web', 'Web')).toEqual(['web', 'Web'])
    expect(labels('3f2a', 'shop', '3f2a')).toEqual(['3f2a'])
    expect(labels('3f2a', 'shop', 'cart')).toEqual(['shop', 'cart'])
    expect(labels('web')).toEqual([])
  })
})

describe('names like it', () => {
  it.each([
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
    ['same', 'same', 0],
  ])('%s and %s are so far apart', (a, b, far) => {
    expect(distance(a, b)).toBe(far)
    expect(distance(b, a)).toBe(far)
  })

  it.each([
    ['wbe', ['web', 'cart', 'wbe2'], ['wbe2']],
    ['webb', ['web', 'cart', 'payments'], ['web']],
    ['paymnts', ['payments-1', 'payments-2', 'web'], ['payments-1', 'payments-2']],
    ['WEB-1', ['web-2', 'cart'], ['web-2']],
    ['nothing', ['web', 'cart'], []],
  ])('%s', (text, names, similar) => {
    expect(similarNames(text, names)).toEqual(similar)
  })
})

/** An app that answers by the query. */
const appWith = (
  answers: Readonly<Record<string, readonly Controllable[]>>,
  totals: Readonly<Record<string, number>> = {},
  there: readonly string[] = [],
) => {
  const asked: string[] = []
  return {
    asked,
    hasNode: async (_view: string, query: string) => there.includes(query),
    find: async (_view: string, query: string): Promise<ControllablesDocument> => {
      asked.push(query)
      const nodes = answers[query] ?? []
      return { nodes, total: totals[query] ?? nodes.length }
    },
  }
}

const find = (app: ReturnType<typeof appWith>, wanted: Partial<ControlArguments> = {}, most = 100) => {
  let nowMs = 0
  return findTargets(
    { verb: 'stop', query: 'web', control: 'docker_stop_container', all: false, ...wanted },
    // Each look at the clock is half a second later, so nobody waits long for what does not come.
    {
      app,
      signal: new AbortController().signal,
      most,
      nowMs: () => (nowMs += 500),
      ownPids: new Set([77, 78]),
    },
  )
}

const stoppable = (label: string) => nodeOf({ label, controls: ['docker_stop_container'] })

describe('what a command acts on', () => {
  it('is what is called exactly so, before what else a query finds', async () => {
    const app = appWith({ 'name="web"': [stoppable('web')], web: [stoppable('web'), stoppable('web-2')] })
    expect((await find(app)).map(({ node }) => node.label)).toEqual(['web'])
    expect(app.asked).toEqual(['name="web"'])
  })

  it('is what the query finds, when it is one', async () => {
    const app = appWith({ web: [stoppable('web-2')] })
    expect((await find(app)).map(({ node, control }) => [node.label, control.id])).toEqual([
      ['web-2', 'docker_stop_container'],
    ])
  })

  it('is the only one of several on which the control can be used', async () => {
    const app = appWith({
      web: [nodeOf({ label: 'web-1', controls: ['docker_start_container'] }), stoppable('web-2')],
    })
    expect((await find(app)).map(({ node }) => node.label)).toEqual(['web-2'])
  })

  it('is not guessed among several, which are listed', async () => {
    const app = appWith({ web: [stoppable('web-1'), stoppable('web-2\x1b[2J')] })
    const error = await find(app).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(SeveralError)
    expect(error).toBeInstanceOf(UsageError)
    expect(error.message).toMatch(/"web" finds 2 containers that can be stopped; .*--all/)
    expect(error.message).toContain('web-1')
    expect(error.message).toContain('web-2\\x1b[2J')
  })

  it('are all of them where that was told', async () => {
    const app = appWith({ web: [stoppable('web-1'), stoppable('web-2')] })
    expect(await find(app, { all: true })).toHaveLength(2)
  })

  it('are not some of too many', async () => {
    const app = appWith({ web: [stoppable('web-1'), stoppable('web-2')] }, { web: 7 })
    await expect(find(app, { all: true })).rejects.toThrow(/finds 7 containers, more than/)
    await expect(find(appWith({ web: [stoppable('web-1')] }, { web: 7 }))).rejects.toThrow(CommandError)
    await expect(find(appWith({ web: [stoppable('a'), stoppable('b')] }), { all: true }, 1)).rejects.toThrow(
      /at once/,
    )
  })

  it('is looked for again while it has just changed', async () => {
    const answers: Record<string, readonly Controllable[]> = { 'name="web"': [nodeOf({ label: 'web' })] }
    const app = appWith(answers)
    const found = find(app)
    answers['name="web"'] = [stoppable('web')]
    expect(await found).toHaveLength(1)
    expect(app.asked.length).toBeGreaterThan(1)
  })

  it('is told when nothing can be done now, with what can', async () => {
    const app = appWith({
      'name="web"': [nodeOf({ label: 'web', controls: ['docker_start_container', 'docker_get_logs'] })],
    })
    const error = await find(app).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(NotFoundError)
    expect(error.message).toBe(
      'container web cannot be stopped now:\n  web: it offers docker_start_container, docker_get_logs',
    )
  })

  it('is told when there is nothing, with what is called alike', async () => {
    const app = appWith({ '': [stoppable('wb'), stoppable('cart')] })
    await expect(find(app)).rejects.toThrow('no container matches "web"; similar: wb')
    const only = appWith({ '': [stoppable('cart')] })
    await expect(find(only, { verb: 'exec', query: 'web ls' })).rejects.toThrow(/behind "--"/)
    await expect(find(appWith({}))).rejects.toThrow(/nothing can be done to any container .*--probe.controls/)
  })

  it('is a pid where it is digits, and never another process that has them in its command line', async () => {
    const process = (label: string, pid: number): Controllable => ({
      ...nodeOf({ label }),
      controls: [offered('process_terminate', { nodeId: `box;${pid}` })],
    })
    const signal = { verb: 'signal', control: 'process_terminate' } as const
    const app = appWith({ '1234': [process('stranger', 5)], node: [process('node', 77), process('node', 9)] })
    await expect(find(app, { ...signal, query: '1234' })).rejects.toThrow(NotFoundError)
    expect(app.asked).not.toContain('1234')
    // 77 is the command itself.
    expect((await find(app, { ...signal, query: 'node' })).map(({ control }) => control.nodeId)).toEqual([
      'box;9',
    ])
    const alone = appWith({ shop: [process('sh', 77), process('sudo', 78)], '': [process('other', 1)] })
    await expect(find(alone, { ...signal, query: 'shop' })).rejects.toThrow(NotFoundError)
  })

  it('is not something else when what is called so offers nothing', async () => {
    const app = appWith({ scope: [stoppable('scope-db')] }, {}, ['name="scope"'])
    await expect(find(app, { query: 'scope' })).rejects.toThrow(
      /nothing can be done to the container scope now/,
    )
    expect(app.asked).not.toContain('scope')
  })

  it('are all hosts where a shell was asked for without a name', async () => {
    const host = nodeOf({ label: 'box', controls: ['host_exec'] })
    const shell = { verb: 'shell', query: '', control: 'host_exec' } as const
    expect(await find(appWith({ '': [host] }), shell)).toHaveLength(1)
    await expect(find(appWith({ '': [host, host] }), shell)).rejects.toThrow(
      /there are 2 hosts that can be entered; name one/,
    )
  })
})

describe('who is connected', () => {
  it.each([
    [{ open: 0, total: 0, names: [] }, 'nobody is connected to it now'],
    [{ open: 1, total: 1, names: ['cart'] }, '1 client is connected now (1 connection): cart'],
    [
      { open: 1200, total: 5, names: ['cart', 'che\x1bckout'] },
      '5 clients are connected now (1,200 connections): cart, che\\x1bckout …',
    ],
  ])('%j', (clients, text) => {
    expect(clientsText(nodeOf({ clients }))).toBe(text)
  })
})

it('containers are listed with the ids by which they can be named', () => {
  const id = `${'0123456789abcdef'.repeat(4)};<container>`
  expect(describeNodes([nodeOf({ id, label: 'web', labelMinor: 'box' }), nodeOf({ label: 'longer' })])).toBe(
    '  web     0123456789ab  box\n  longer  longer;<container>  minor',
  )
})

it('the processes of a command are it and those that started it', () => {
  const own = ownProcesses()
  expect(own.has(process.pid)).toBe(true)
  expect(own.has(process.ppid)).toBe(true)
  expect(own.has(1)).toBe(false)
  expect(ownProcesses(2 ** 22 + 1)).toEqual(new Set([2 ** 22 + 1]))
})
