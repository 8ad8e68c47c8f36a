import * as z from 'zod'

/** A JSON Schema (2020-12). */
export type JsonSchema = Readonly<Record<string, unknown>>

/** Schemas as JSON, and those that have a name and are referred to by it. */
export interface JsonSchemas<Key extends string> {
  readonly of: Readonly<Record<Key, JsonSchema>>
  readonly named: Readonly<Record<string, JsonSchema>>
}

const COMPONENTS = '#/components/schemas/'

/** Schemas as JSON Schema, with those named by `meta({ id })` once, as components of the document. */
export const jsonSchemasOf = <Key extends string>(
  schemas: Readonly<Record<Key, z.ZodType>>,
): JsonSchemas<Key> => {
  const whole = z.toJSONSchema(z.object(schemas), {
    target: 'draft-2020-12',
    // What is not named in an answer may be there in a later version.
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => tidy(jsonSchema),
  })
  const text = JSON.stringify(whole).replaceAll('"#/$defs/', `"${COMPONENTS}`)
  const { properties, $defs = {} } = JSON.parse(text)
  const named = Object.entries($defs as Record<string, Record<string, unknown>>)
  return {
    of: properties,
    named: Object.fromEntries(named.map(([id, { id: _, ...schema }]) => [id, schema])),
  }
}

const tidy = (schema: Record<string, unknown>): void => {
  delete schema.readOnly
  // An integer has these bounds anyway, as far as programs can tell.
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum
  if (Array.isArray(schema.prefixItems) && schema.prefixItems.length === 0) {
    delete schema.prefixItems
    schema.maxItems = 0
  }
}
