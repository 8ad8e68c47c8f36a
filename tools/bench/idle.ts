import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { checkout } from '../../src/checkout.ts'
import { createOwnDaemon } from '../../test/support/machine/docker.ts'
import { printIdle } from './idle/results.ts'
import { type IdleSide, measureSides, startSide } from './idle/side.ts'

/**
 * What app and probe use on a host where nothing happens, nobody looks, and Docker runs no container: CPU, how often they wake up, and
 * memory. Each runs as `scope launch` runs it, on a host made of namespaces, so what else the machine does is no news to the
 * probe. Takes root.
 *
 * `--processes N`: so many on the host (87). `--windows N` (3) of `--seconds N` (60), after `--warm-up SECONDS` (60). `--beside CHECKOUT`: another checkout is measured at the
 * same time, on a host of its own. `--no-docker`: without a Docker daemon. With 9 windows or more
 * it tells how memory developed: `--windows 60` is the soak of an hour.
 */
export const run = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      processes: { type: 'string', default: '87' },
      windows: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '60' },
      'warm-up': { type: 'string', default: '60' },
      docker: { type: 'boolean', default: true },
      beside: { type: 'string' },
    },
    allowNegative: true,
  })
  const processes = Number(values.processes)
  const daemon = values.docker ? await createOwnDaemon(false) : undefined
  const sides: IdleSide[] = []
  try {
    await daemon?.start()
    const roots = {
      here: checkout.root,
      ...(values.beside !== undefined && { beside: resolve(values.beside) }),
    }
    for (const [name, root] of Object.entries(roots))
      sides.push(await startSide(name, root, { processes, dockerHost: daemon?.host }))
    const plan = {
      warmUpMs: 1000 * Number(values['warm-up']),
      windows: Number(values.windows),
      windowMs: 1000 * Number(values.seconds),
    }
    printIdle(await measureSides(sides, plan), processes)
  } finally {
    await Promise.all(sides.map((side) => side.end()))
    await daemon?.close()
  }
}
