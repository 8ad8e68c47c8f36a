import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { startServer } from '../../support/machine/network/traffic.ts'
import { type Program, startProgram } from '../../support/machine/program.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type Matrix, openMatrix } from '../../support/scope/matrix.ts'

/** As many programs of one name are told apart, so that each is seen under its own. */
const OF_ONE_NAME = 8
const NAMES = Array.from({ length: 25 }, (_, i) => `client${i}`)

/**
 * A shell of which copies become all the programs at the same time, as often as a line says, after they have been the shell for a
 * while. All of it is over in a moment, since what has ended is told for 15 s only.
 */
const SHELL = `
while read -r times; do
  for i in $(seq "$times"); do
    for program in ${NAMES.join(' ')}; do (sleep 0.02; exec -a nc "$1/$program" 127.0.0.1 "$2" </dev/null) & done
    wait
  done
  echo done
done`

describeWith(['root', 'ebpf'], 'programs that a shell becomes for a moment', () => {
  let matrix: Matrix
  let shell: Program
  let dir: string
  beforeAll(async () => {
    matrix = await openMatrix('ebpf')
    dir = mkdtempSync(join(tmpdir(), 'scope-names-'))
    for (const name of NAMES) copyFileSync('/bin/busybox', join(dir, name))
  })
  afterAll(async () => {
    await shell?.end()
    await matrix?.close()
    if (dir) rmSync(dir, { recursive: true })
  })

  it('go by their own names, never by that of the shell', async () => {
    const server = await startServer()
    shell = startProgram(['bash', '-c', SHELL, 'bash', dir, String(server.port)])
    /** Programs as they were last seen: on a busy machine the first may be told no more when the last are. */
    const programs = new Map<string, { readonly name: string; readonly opened: number }>()
    const clients = async () => {
      const { nodes, edges } = await matrix.scope.view('processes')
      const to = Object.values(edges).filter(({ target }) => target === matrix.processId(server.pid))
      const seen = to.map(({ source, opened }) => ({ source, name: nodes[source]?.label ?? '', opened }))
      // Until both ends of a connection are told, it comes from an address.
      const isProgram = ({ source }: { source: string }) => nodes[source]?.pseudo !== true
      for (const { source, name, opened } of seen.filter(isProgram)) programs.set(source, { name, opened })
      return [...programs.values(), ...seen.filter((one) => !isProgram(one))]
    }
    const done = shell.ask(String(OF_ONE_NAME))
    const seen = await eventually('all of them', async () => {
      const now = await clients()
      return now.reduce((sum, { opened }) => sum + opened, 0) === OF_ONE_NAME * NAMES.length && now
    })
    await done
    const counts = Map.groupBy(seen, ({ name }) => name)
    expect([...counts].map(([name, all]) => `${name}: ${all.length}`).sort()).toEqual(
      NAMES.map((name) => `${name}: ${OF_ONE_NAME}`).sort(),
    )
    await server.end()
  })
})
