package ssm_test

import (
	"testing"
	"testing/synctest"

	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

func TestComplianceSaysWhatThePatchReportsSay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 1, Packages: pending("sudo", "kernel")}, mock.Group{Count: 2, Packages: pending()})
		none, err := r.ssm.ListComplianceSummaries(t.Context(), &ssmapi.ListComplianceSummariesInput{})
		if err != nil || len(none.ComplianceSummaryItems) != 0 {
			t.Errorf("before a scan: %v %v", none, err)
		}
		r.patch("Scan", nil)
		sum, err := r.ssm.ListComplianceSummaries(t.Context(), &ssmapi.ListComplianceSummariesInput{})
		if err != nil || sum.ComplianceSummaryItems[0].CompliantSummary.CompliantCount != 2 || sum.ComplianceSummaryItems[0].NonCompliantSummary.NonCompliantCount != 1 {
			t.Errorf("summary: %+v %v", sum, err)
		}
		status := func(is types.ComplianceStatus) []types.ComplianceStringFilter {
			return []types.ComplianceStringFilter{{Key: new("Status"), Type: types.ComplianceQueryOperatorTypeEqual, Values: []string{string(is)}},
				{Key: new("ComplianceType"), Type: types.ComplianceQueryOperatorTypeEqual, Values: []string{"Patch"}}}
		}
		nodes, err := r.ssm.ListResourceComplianceSummaries(t.Context(), &ssmapi.ListResourceComplianceSummariesInput{Filters: status(types.ComplianceStatusNonCompliant)})
		if err != nil || len(nodes.ResourceComplianceSummaryItems) != 1 || *nodes.ResourceComplianceSummaryItems[0].ResourceId != r.ids[0] ||
			nodes.ResourceComplianceSummaryItems[0].NonCompliantSummary.SeveritySummary.UnspecifiedCount != 2 {
			t.Errorf("nodes: %+v %v", nodes, err)
		}
		var missing []string
		pages := ssmapi.NewListComplianceItemsPaginator(r.ssm, &ssmapi.ListComplianceItemsInput{ResourceIds: r.ids[:1], ResourceTypes: []string{"ManagedInstance"}, MaxResults: new(int32(1)), Filters: status(types.ComplianceStatusNonCompliant)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range page.ComplianceItems {
				missing = append(missing, *i.Id+" "+i.Details["PatchState"])
			}
		}
		if len(missing) != 2 || missing[0] != "kernel.x86_64 Missing" {
			t.Errorf("items: %v", missing)
		}
		_, err = r.ssm.ListComplianceItems(t.Context(), &ssmapi.ListComplianceItemsInput{ResourceIds: r.ids})
		wantCode(t, err, "ValidationException")
		_, err = r.ssm.ListResourceComplianceSummaries(t.Context(), &ssmapi.ListResourceComplianceSummariesInput{Filters: []types.ComplianceStringFilter{{Key: new("Colour"), Values: []string{"red"}}}})
		wantCode(t, err, "InvalidFilter")
	})
}
