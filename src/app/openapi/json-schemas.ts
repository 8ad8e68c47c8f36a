import * as z from 'zod'

/** A JSON Schema (2020-12). */
export type JsonSchema = Readonly<Record<string, unknown>>

/** JSON Schemas by key, and the named ones that they refer to. */
export interface JsonSchemas<Key extends string> {
  readonly of: Readonly<Record<Key, JsonSchema>>
  readonly named: Readonly<Record<string, JsonSchema>>
}

const COMPONENTS = '#/components/schemas/'

/**
 * Converts zod schemas to JSON Schema. Schemas named by `meta({ id })` become components of the document, which others
 * refer to.
 */
export const jsonSchemasOf = <Key extends string>(
  schemas: Readonly<Record<Key, z.ZodType>>,
): JsonSchemas<Key> => {
  const whole = z.toJSONSchema(z.object(schemas), {
    target: 'draft-2020-12',
    // Answers may have further properties in later versions, so additional properties are not excluded.
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
  // The bounds of safe integers carry no information.
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum
  if (Array.isArray(schema.prefixItems) && schema.prefixItems.length === 0) {
    delete schema.prefixItems
    schema.maxItems = 0
  }
}
