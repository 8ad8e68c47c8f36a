import type { Flow, Half } from './flow.ts'
import { counterKeys, type Numbers, rateKeys, type Totals } from './numbers.ts'

/**
 * Flows between the client and the server halves of the same connections. The numbers are one side's only: eBPF's
 * before polling's, then the client's. Where a side has several processes, the numbers told by the other are shared
 * out among them in proportion to what each of them tells of itself; where both have, the result is an estimate.
 * Shares add up to exactly what was told.
 */
export const shareOut = (clients: readonly Half[], servers: readonly Half[]): Flow[] => {
  const serversTell = servers.every((half) => half.complete) && !clients.every((half) => half.complete)
  const [tellers, others] = serversTell ? [servers, clients] : [clients, servers]
  const estimated = clients.length > 1 && servers.length > 1
  return tellers.flatMap((teller) =>
    sharesOf(teller.numbers, others).map(([other, numbers]) => {
      const [client, server] = serversTell ? [other, teller] : [teller, other]
      return {
        client: client.process,
        server: server.process,
        port: server.port,
        records: [client.record, server.record],
        numbers: estimated ? { ...numbers, estimated } : numbers,
      }
    }),
  )
}

const sharesOf = (told: Numbers, among: readonly Half[]): [Half, Numbers][] => {
  const [only, ...more] = among
  if (only === undefined) return []
  if (more.length === 0) return [[only, told]]
  const busy = among.map(({ numbers }) => numbers.opened + numbers.open)
  const shares = among.map((half) => ({ half, numbers: { ...told } as Totals }))
  for (const key of [...counterKeys, ...rateKeys]) {
    const weights = firstWithWeight(
      among.map(({ numbers }) => numbers[key]),
      busy,
    )
    const parts = key.endsWith('PerSecond') ? fractions(told[key], weights) : wholeParts(told[key], weights)
    for (const [i, share] of shares.entries()) share.numbers[key] = parts[i] ?? 0
  }
  const used = shares.filter(({ numbers }) => counterKeys.some((key) => numbers[key] > 0))
  return (used.length > 0 ? used : shares.slice(0, 1)).map(({ half, numbers }) => [half, numbers])
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

const firstWithWeight = (weights: readonly number[], otherwise: readonly number[]): readonly number[] =>
  sum(weights) > 0 ? weights : sum(otherwise) > 0 ? otherwise : weights.map(() => 1)

const fractions = (total: number, weights: readonly number[]): number[] => {
  const whole = sum(weights)
  return weights.map((weight) => (total * weight) / whole)
}

/** Whole parts that add up to the total: each ends where the rounded running share ends. */
const wholeParts = (total: number, weights: readonly number[]): number[] => {
  const whole = sum(weights)
  let weightSoFar = 0
  let given = 0
  return weights.map((weight) => {
    weightSoFar += weight
    const upTo = weightSoFar === whole ? total : Math.min(total, Math.round(total * (weightSoFar / whole)))
    const part = upTo - given
    given = upTo
    return part
  })
}
