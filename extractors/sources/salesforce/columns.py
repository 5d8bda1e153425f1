"""Which Salesforce field fills which column."""

from __future__ import annotations

from extractors.fields import Field, Fields

CHANGED: Fields = {
    "created_at": Field("CreatedDate", "timestamp"),
    "updated_at": Field("SystemModstamp", "timestamp"),
    "is_deleted": Field("IsDeleted", "boolean"),
}

LEAD: Fields = {
    "lead_id": Field("Id"),
    "email": Field("Email"),
    "phone": Field("Phone"),
    "mobile_phone": Field("MobilePhone"),
    "first_name": Field("FirstName"),
    "last_name": Field("LastName"),
    "company": Field("Company"),
    "city": Field("City"),
    "status": Field("Status"),
    "lead_source": Field("LeadSource"),
    "is_converted": Field("IsConverted", "boolean"),
    "converted_contact_id": Field("ConvertedContactId"),
    "converted_opportunity_id": Field("ConvertedOpportunityId"),
    "master_record_id": Field("MasterRecordId"),
    "owner_id": Field("OwnerId"),
    **CHANGED,
    "click_id": Field("click_id"),
}

CONTACT: Fields = {
    "contact_id": Field("Id"),
    "account_id": Field("AccountId"),
    "email": Field("Email"),
    "phone": Field("Phone"),
    "mobile_phone": Field("MobilePhone"),
    "home_phone": Field("HomePhone"),
    "other_phone": Field("OtherPhone"),
    "first_name": Field("FirstName"),
    "last_name": Field("LastName"),
    "city": Field("MailingCity"),
    # One human being and an account in one: only where person accounts are switched on.
    "is_person_account": Field("IsPersonAccount", "boolean"),
    "lead_source": Field("LeadSource"),
    "master_record_id": Field("MasterRecordId"),
    "owner_id": Field("OwnerId"),
    **CHANGED,
    "click_id": Field("click_id"),
}

OPPORTUNITY: Fields = {
    "opportunity_id": Field("Id"),
    "account_id": Field("AccountId"),
    "name": Field("Name"),
    "stage_name": Field("StageName"),
    "amount": Field("Amount", "decimal"),
    # Only where an organisation has several currencies.
    "currency": Field("CurrencyIsoCode"),
    "is_closed": Field("IsClosed", "boolean"),
    "is_won": Field("IsWon", "boolean"),
    "close_date": Field("CloseDate", "date"),
    "stage_changed_at": Field("LastStageChangeDate", "timestamp"),
    "lead_source": Field("LeadSource"),
    "campaign_id": Field("CampaignId"),
    "contact_id": Field("ContactId"),
    "owner_id": Field("OwnerId"),
    **CHANGED,
    "lost_reason": Field("lost_reason"),
    "cancelled_at": Field("cancelled_at", "timestamp"),
    "cost_of_goods": Field("cost_of_goods", "decimal"),
}

OPPORTUNITY_HISTORY: Fields = {
    "entry_id": Field("Id"),
    "opportunity_id": Field("OpportunityId"),
    "stage_name": Field("StageName"),
    "amount": Field("Amount", "decimal"),
    "entered_at": Field("CreatedDate", "timestamp"),
    "is_deleted": Field("IsDeleted", "boolean"),
}

OPPORTUNITY_CONTACT: Fields = {
    "tie_id": Field("Id"),
    "opportunity_id": Field("OpportunityId"),
    "contact_id": Field("ContactId"),
    "role": Field("Role"),
    "is_main": Field("IsPrimary", "boolean"),
    **CHANGED,
}

OPPORTUNITY_PRODUCT: Fields = {
    "line_id": Field("Id"),
    "opportunity_id": Field("OpportunityId"),
    "product_id": Field("Product2Id"),
    "product_name": Field("Name"),
    "quantity": Field("Quantity", "decimal"),
    "amount": Field("TotalPrice", "decimal"),
    **CHANGED,
}

PRODUCT: Fields = {
    "product_id": Field("Id"),
    "name": Field("Name"),
    "code": Field("ProductCode"),
}

TASK: Fields = {
    "task_id": Field("Id"),
    "who_id": Field("WhoId"),
    "what_id": Field("WhatId"),
    "owner_id": Field("OwnerId"),
    "type": Field("TaskSubtype"),
    "call_type": Field("CallType"),
    "is_closed": Field("IsClosed", "boolean"),
    "completed_at": Field("CompletedDateTime", "timestamp"),
    **CHANGED,
}

STAGE: Fields = {
    "stage_id": Field("Id"),
    "api_name": Field("ApiName"),
    "label": Field("MasterLabel"),
    "display_order": Field("SortOrder", "integer"),
    "is_closed": Field("IsClosed", "boolean"),
    "is_won": Field("IsWon", "boolean"),
    "is_active": Field("IsActive", "boolean"),
}

USER: Fields = {
    "user_id": Field("Id"),
    "name": Field("Name"),
    "email": Field("Email"),
    "is_active": Field("IsActive", "boolean"),
}
