/** A line of a panel that tells how something fares. */
export interface HealthFact {
  readonly label: string
  readonly value: string
  readonly tone?: 'warn'
}
