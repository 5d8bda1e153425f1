"""Which Stripe field fills which column. Money is in the smallest unit of its currency, as Stripe counts it."""

from __future__ import annotations

from extractors.fields import Field, Fields, same_named

UPDATED = {"created_at": Field("created", "timestamp"), "updated_at": Field("created", "timestamp")}

CUSTOMER: Fields = {
    "customer_id": Field("id"),
    **same_named("name", "email", "phone"),
    **UPDATED,
    "is_deleted": Field("deleted", "boolean"),
    **same_named("click_id", "inquiry_id"),
}

CHARGE: Fields = {
    "charge_id": Field("id"),
    "customer_id": Field("customer"),
    "payment_intent_id": Field("payment_intent"),
    "invoice_id": Field("invoice"),
    **same_named("status", "currency"),
    "amount_minor": Field("amount", "integer"),
    "amount_captured_minor": Field("amount_captured", "integer"),
    "amount_refunded_minor": Field("amount_refunded", "integer"),
    # The charge does not say when: the event does.
    "captured_at": Field("_captured", "timestamp"),
    "is_paid": Field("paid", "boolean"),
    "is_captured": Field("captured", "boolean"),
    "is_disputed": Field("disputed", "boolean"),
    "is_live": Field("livemode", "boolean"),
    "email": Field("billing_details"),
    "phone": Field("billing_details"),
    "description": Field("description"),
    **UPDATED,
    "inquiry_id": Field("inquiry_id"),
}

REFUND: Fields = {
    "refund_id": Field("id"),
    "charge_id": Field("charge"),
    **same_named("status", "reason", "currency"),
    "amount_minor": Field("amount", "integer"),
    **UPDATED,
}

DISPUTE: Fields = {
    "dispute_id": Field("id"),
    "charge_id": Field("charge"),
    **same_named("status", "reason", "currency"),
    "amount_minor": Field("amount", "integer"),
    **UPDATED,
}

INVOICE: Fields = {
    "invoice_id": Field("id"),
    "number": Field("number"),
    "customer_id": Field("customer"),
    "customer_email": Field("customer_email"),
    "subscription_id": Field("subscription"),
    **same_named("status", "currency", "billing_reason"),
    "total_minor": Field("total", "integer"),
    "amount_paid_minor": Field("amount_paid", "integer"),
    "finalized_at": Field("finalized_at", "timestamp"),
    "paid_at": Field("paid_at", "timestamp"),
    "voided_at": Field("voided_at", "timestamp"),
    "is_live": Field("livemode", "boolean"),
    **UPDATED,
    "inquiry_id": Field("inquiry_id"),
}

CREDIT_NOTE: Fields = {
    "credit_note_id": Field("id"),
    "number": Field("number"),
    "invoice_id": Field("invoice"),
    "customer_id": Field("customer"),
    **same_named("status", "type", "reason", "currency"),
    "amount_minor": Field("amount", "integer"),
    # What went back after the invoice was paid, and how: by refunds, into the customer's balance, or outside Stripe.
    "post_payment_minor": Field("post_payment_amount", "integer"),
    "outside_minor": Field("out_of_band_amount", "integer"),
    "refunded_minor": Field("refunds", "integer"),
    "is_refunded": Field("refunds", "boolean"),
    "balance_transaction_id": Field("customer_balance_transaction"),
    "effective_at": Field("effective_at", "timestamp"),
    "is_live": Field("livemode", "boolean"),
    **UPDATED,
}

INVOICE_PAYMENT: Fields = {
    "invoice_id": Field("id"),
    "payment_id": Field("id"),
    "charge_id": Field("charge"),
    "payment_intent_id": Field("payment_intent"),
    "status": Field("status"),
    "amount_paid_minor": Field("amount_paid", "integer"),
    "updated_at": Field("created", "timestamp"),
}

INVOICE_LINE: Fields = {
    "line_id": Field("id"),
    "invoice_id": Field("id"),
    "description": Field("description"),
    "quantity": Field("quantity", "decimal"),
    "amount_minor": Field("amount", "integer"),
    "currency": Field("currency"),
    "updated_at": Field("created", "timestamp"),
}

CHECKOUT_SESSION: Fields = {
    "session_id": Field("id"),
    "customer_id": Field("customer"),
    "payment_intent_id": Field("payment_intent"),
    "invoice_id": Field("invoice"),
    # What the site itself wrote when it sent its visitor to pay.
    **same_named("client_reference_id", "status", "payment_status", "currency"),
    "amount_minor": Field("amount_total", "integer"),
    "email": Field("customer_details"),
    "phone": Field("customer_details"),
    "is_live": Field("livemode", "boolean"),
    **UPDATED,
    "inquiry_id": Field("inquiry_id"),
}
