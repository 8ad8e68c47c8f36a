import { eventually } from '../support/eventually.ts'
import { type Flood, type FloodOptions, startFlood } from './flood.ts'
import { startVictim, type Victim } from './victim.ts'

/** An app that floods of connections attack, each of which sends its headers slowly. */
export interface FloodedVictim extends Victim {
  /** Starts another flood, as in {@link startFlood}. */
  flood(options: Pick<FloodOptions, 'sockets'> & Partial<FloodOptions>): Promise<void>
  /** Waits until all floods together have opened more connections than that. */
  moreThan(count: number): Promise<unknown>
  /** Ends the floods and the app. */
  end(): Promise<void>
}

/** A user who is not root. */
export const NOBODY = 65_534

const slowly = 'GET /api/topology/hosts HTTP/1.1\r\nHost: localhost\r\n'

/** Starts an app which closes each connection that has sent no whole header for 4 s. */
export const startFloodedVictim = async (): Promise<FloodedVictim> => {
  const victim = await startVictim({ limits: { server: { headersTimeoutMs: 4000 } } })
  const floods: Flood[] = []
  const { port } = victim.app
  const others = { from: ['127.0.0.1'], first: slowly, again: 'X: y\r\n', everyMs: 1000 }
  return {
    ...victim,
    async flood(options) {
      floods.push(await startFlood({ port, ...others, ...options }))
    },
    moreThan: (count) =>
      eventually(`more than ${count} connections`, async () => {
        const counts = await Promise.all(floods.map((flood) => flood.opened()))
        return counts.reduce((sum, opened) => sum + opened, 0) > count
      }),
    async end() {
      await Promise.all(floods.map((flood) => flood.end()))
      await victim.app.remove()
    },
  }
}
