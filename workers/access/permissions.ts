/**
 * The permissions Holdfast knows by id, and the rows of the reference page. Ids are compared with the tenant's own at
 * run time; where they differ, the claim value decides.
 */
import { array, object, parse, picklist, string, type InferOutput } from 'valibot';
import catalogueJson from './data/permissions.json' with { type: 'json' };
import pageJson from './data/reference-page.json' with { type: 'json' };

const resourceName = picklist(['graph', 'exchange', 'sharepoint']);
const permissionSchema = object({
  resource: resourceName,
  /** What a token says: `Mail.Read`. */
  value: string(),
  /** `Role` is an application permission, `Scope` a delegated one. */
  kind: picklist(['Role', 'Scope']),
  id: string(),
  source: string(),
});
const resource = object({ appId: string(), name: string() });
const rowSchema = object({
  app: picklist(['registrator', 'backup']),
  /** The table of the page that the row stands in; the API name it prints may be another one. */
  section: resourceName,
  api: string(),
  claim: string(),
  permission: string(),
  type: picklist(['application', 'delegated']),
});

export type ResourceName = InferOutput<typeof resourceName>;
export type Permission = InferOutput<typeof permissionSchema>;
export type ReferenceRow = InferOutput<typeof rowSchema>;

const catalogue = parse(
  object({
    resources: object({ graph: resource, exchange: resource, sharepoint: resource }),
    permissions: array(permissionSchema),
  }),
  catalogueJson,
);

export const resources = catalogue.resources;
export const referenceRows: readonly ReferenceRow[] = parse(array(rowSchema), pageJson.rows);

export const allPermissions: readonly Permission[] = catalogue.permissions;

/** Throws where the table lacks it: profiles name only what stands there. */
export function permission(resource: ResourceName, value: string, kind: Permission['kind']): Permission {
  const found = catalogue.permissions.find(
    (one) => one.resource === resource && one.value === value && one.kind === kind,
  );
  if (!found) throw new Error(`data/permissions.json lacks ${resource} ${value} (${kind})`);
  return found;
}
