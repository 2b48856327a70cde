/** `EngineApi`: configuration, the check, its report. */
import type { TenantLicences } from './access/licences.ts';
import { compareReports } from './access/report-compare.ts';
import { reportFile } from './access/report-file.ts';
import { readReport } from './access/report-schema.ts';
import type { CheckApi } from './contract/check.ts';
import type { EngineApi } from './contract/engine-api.ts';
import type { Parts } from './engine.ts';
import type { GraphClient } from './graph/client.ts';
import { checkTenant } from './jobs/check.ts';
import { judgingOf, rememberLicences } from './jobs/licence-settings.ts';
import { ok } from './kernel/result.ts';

export function checkCalls({ tenants, deps }: Parts): CheckApi & Pick<EngineApi, 'configure'> {
  /** Kept, because the backup app may not see it. */
  const bought = async (tenantId: string, licences: TenantLicences): Promise<void> => {
    await rememberLicences(deps, tenantId, licences);
  };
  const judging = (tenantId: string, graph: GraphClient) => judgingOf(deps, tenantId, graph);
  return {
    configure: async (config, tokens) => {
      tenants.configure({ config, tokens });
      return ok();
    },

    check: (listener, interactive, reach = 'usual') =>
      checkTenant(tenants, { interactive, reach, bought, judging }, listener),

    checkFully: (tenantId, listener) =>
      checkTenant(
        tenants,
        { interactive: true, reach: 'usual', fully: { tenantId }, bought, judging },
        listener,
      ),

    reportFile: async (report, format) => ok(reportFile(report, format)),

    compareReports: async (before, after) => {
      const read = readReport(before);
      return read.ok ? compareReports(read.value, after) : read;
    },
  };
}
